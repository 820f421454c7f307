#include "rtapi.h"
