/* The network abstraction layer gives a program whole Ethernet frames of one port. */
#error "rtnalapi.h: there is no NAL here. Use a packet socket (AF_PACKET, see packet(7)), AF_XDP, or an EtherCAT master"
