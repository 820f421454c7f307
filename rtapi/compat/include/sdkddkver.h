/* Chooses a Windows version on Windows; there is nothing to choose here. */
