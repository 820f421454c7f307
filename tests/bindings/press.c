// Presses the button of the window that has the title given, once it is there.
#include <windows.h>

int main(int count, char** words) {
  HWND window = NULL;
  HWND button = NULL;
  while (count == 2 && button == NULL) {
    Sleep(20);
    window = FindWindowA(NULL, words[1]);
    if (window != NULL) button = FindWindowExA(window, NULL, "BUTTON", NULL);
  }
  SendMessageA(button, BM_CLICK, 0, 0);
  return 0;
}
