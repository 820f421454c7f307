/* Addresses and names: in winsock2.h here. */
#include "winsock2.h"
