/* The control panel of RTX: settings of its subsystem, of which there is none. */
#error "rtxprop.h: there is no RTX subsystem to configure. Drop the include; rtss doctor shows what matters here"
