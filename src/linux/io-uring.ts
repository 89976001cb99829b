/* Rings of io_uring(7) (uapi/linux/io_uring.h). */

/** The offset of the submissions in the file of a ring. */
export const IORING_OFF_SQES = 0x10000000;

export const IORING_OP_EPOLL_CTL = 29;
