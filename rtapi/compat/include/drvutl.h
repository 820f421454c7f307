/* Installing and loading of Windows drivers. */
#error "drvutl.h: there are no Windows drivers here. Drop the include; devices belong to Linux drivers, UIO or VFIO"
