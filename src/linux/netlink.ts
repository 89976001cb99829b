/*
 * Messages by which interfaces, addresses and routes are set up (netlink(7), rtnetlink(7); uapi/linux/netlink.h,
 * rtnetlink.h, if_addr.h).
 */

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_CREATE = 0x400;

export const RTM_NEWLINK = 16;
export const RTM_NEWADDR = 20;
export const RTM_NEWROUTE = 24;

export const IFA_ADDRESS = 1;
export const IFA_LOCAL = 2;

export const RTA_OIF = 4;
export const RTA_PREFSRC = 7;
export const RT_TABLE_LOCAL = 255;
export const RTPROT_BOOT = 3;
export const RT_SCOPE_HOST = 254;
export const RTN_LOCAL = 2;

/** Bytes of `struct nlmsghdr`. */
export const NETLINK_HEADER = 16;

/** The offset of the error in an answer (`struct nlmsgerr`); the length of the message it is about follows. */
export const NETLINK_ERROR = 16;
