#include "CQEMUPlugin.h"

#include <string.h>

// A section of its own holds it, which is not linked into a plugin that does not ask for names.

/// QEMU's names of the guests whose system calls are named, in the order of the numbers below.
static const struct {
    const char *target, *other;
} guests[] = {{"x86_64", ""}, {"i386", ""}, {"aarch64", "aarch64_be"}, {"arm", "armeb"}, {"riscv64", ""},
              {"s390x", ""}};
enum { GUESTS = sizeof guests / sizeof guests[0] };

/// Linux's system calls and their numbers, by the tables in its sources (syscall*.tbl), as of Linux 7.1;
/// -1 where a guest does not have the call. ARM's private ones, above 32767, QEMU does not tell plugins of.
#define CALLS \
    CALL("_llseek", -1, 140, -1, 140, -1, -1) CALL("_newselect", -1, 142, -1, 142, -1, -1) \
    CALL("_sysctl", 156, 149, -1, 149, -1, 149) CALL("accept", 43, -1, 202, 285, 202, -1) \
    CALL("accept4", 288, 364, 242, 366, 242, 364) CALL("access", 21, 33, -1, 33, -1, 33) \
    CALL("acct", 163, 51, 89, 51, 89, 51) CALL("add_key", 248, 286, 217, 309, 217, 278) \
    CALL("adjtimex", 159, 124, 171, 124, 171, 124) CALL("afs_syscall", 183, 137, -1, -1, -1, 137) \
    CALL("alarm", 37, 27, -1, -1, -1, 27) CALL("arch_prctl", 158, 384, -1, -1, -1, -1) \
    CALL("arm_fadvise64_64", -1, -1, -1, 270, -1, -1) CALL("arm_sync_file_range", -1, -1, -1, 341, -1, -1) \
    CALL("bdflush", -1, 134, -1, 134, -1, 134) CALL("bind", 49, 361, 200, 282, 200, 361) \
    CALL("bpf", 321, 357, 280, 386, 280, 351) CALL("break", -1, 17, -1, -1, -1, -1) \
    CALL("brk", 12, 45, 214, 45, 214, 45) CALL("cachestat", 451, 451, 451, 451, 451, 451) \
    CALL("capget", 125, 184, 90, 184, 90, 184) CALL("capset", 126, 185, 91, 185, 91, 185) \
    CALL("chdir", 80, 12, 49, 12, 49, 12) CALL("chmod", 90, 15, -1, 15, -1, 15) \
    CALL("chown", 92, 182, -1, 182, -1, 212) CALL("chown32", -1, 212, -1, 212, -1, -1) \
    CALL("chroot", 161, 61, 51, 61, 51, 61) CALL("clock_adjtime", 305, 343, 266, 372, 266, 337) \
    CALL("clock_adjtime64", -1, 405, -1, 405, -1, -1) CALL("clock_getres", 229, 266, 114, 264, 114, 261) \
    CALL("clock_getres_time64", -1, 406, -1, 406, -1, -1) \
    CALL("clock_gettime", 228, 265, 113, 263, 113, 260) CALL("clock_gettime64", -1, 403, -1, 403, -1, -1) \
    CALL("clock_nanosleep", 230, 267, 115, 265, 115, 262) \
    CALL("clock_nanosleep_time64", -1, 407, -1, 407, -1, -1) \
    CALL("clock_settime", 227, 264, 112, 262, 112, 259) CALL("clock_settime64", -1, 404, -1, 404, -1, -1) \
    CALL("clone", 56, 120, 220, 120, 220, 120) CALL("clone3", 435, 435, 435, 435, 435, 435) \
    CALL("close", 3, 6, 57, 6, 57, 6) CALL("close_range", 436, 436, 436, 436, 436, 436) \
    CALL("connect", 42, 362, 203, 283, 203, 362) CALL("copy_file_range", 326, 377, 285, 391, 285, 375) \
    CALL("creat", 85, 8, -1, 8, -1, 8) CALL("create_module", 174, 127, -1, -1, -1, 127) \
    CALL("delete_module", 176, 129, 106, 129, 106, 129) CALL("dup", 32, 41, 23, 41, 23, 41) \
    CALL("dup2", 33, 63, -1, 63, -1, 63) CALL("dup3", 292, 330, 24, 358, 24, 326) \
    CALL("epoll_create", 213, 254, -1, 250, -1, 249) CALL("epoll_create1", 291, 329, 20, 357, 20, 327) \
    CALL("epoll_ctl", 233, 255, 21, 251, 21, 250) CALL("epoll_ctl_old", 214, -1, -1, -1, -1, -1) \
    CALL("epoll_pwait", 281, 319, 22, 346, 22, 312) CALL("epoll_pwait2", 441, 441, 441, 441, 441, 441) \
    CALL("epoll_wait", 232, 256, -1, 252, -1, 251) CALL("epoll_wait_old", 215, -1, -1, -1, -1, -1) \
    CALL("eventfd", 284, 323, -1, 351, -1, 318) CALL("eventfd2", 290, 328, 19, 356, 19, 323) \
    CALL("execve", 59, 11, 221, 11, 221, 11) CALL("execveat", 322, 358, 281, 387, 281, 354) \
    CALL("exit", 60, 1, 93, 1, 93, 1) CALL("exit_group", 231, 252, 94, 248, 94, 248) \
    CALL("faccessat", 269, 307, 48, 334, 48, 300) CALL("faccessat2", 439, 439, 439, 439, 439, 439) \
    CALL("fadvise64", 221, 250, 223, -1, 223, 253) CALL("fadvise64_64", -1, 272, -1, -1, -1, -1) \
    CALL("fallocate", 285, 324, 47, 352, 47, 314) CALL("fanotify_init", 300, 338, 262, 367, 262, 332) \
    CALL("fanotify_mark", 301, 339, 263, 368, 263, 333) CALL("fchdir", 81, 133, 50, 133, 50, 133) \
    CALL("fchmod", 91, 94, 52, 94, 52, 94) CALL("fchmodat", 268, 306, 53, 333, 53, 299) \
    CALL("fchmodat2", 452, 452, 452, 452, 452, 452) CALL("fchown", 93, 95, 55, 95, 55, 207) \
    CALL("fchown32", -1, 207, -1, 207, -1, -1) CALL("fchownat", 260, 298, 54, 325, 54, 291) \
    CALL("fcntl", 72, 55, 25, 55, 25, 55) CALL("fcntl64", -1, 221, -1, 221, -1, -1) \
    CALL("fdatasync", 75, 148, 83, 148, 83, 148) CALL("fgetxattr", 193, 231, 10, 231, 10, 229) \
    CALL("file_getattr", 468, 468, 468, 468, 468, 468) CALL("file_setattr", 469, 469, 469, 469, 469, 469) \
    CALL("finit_module", 313, 350, 273, 379, 273, 344) CALL("flistxattr", 196, 234, 13, 234, 13, 232) \
    CALL("flock", 73, 143, 32, 143, 32, 143) CALL("fork", 57, 2, -1, 2, -1, 2) \
    CALL("fremovexattr", 199, 237, 16, 237, 16, 235) CALL("fsconfig", 431, 431, 431, 431, 431, 431) \
    CALL("fsetxattr", 190, 228, 7, 228, 7, 226) CALL("fsmount", 432, 432, 432, 432, 432, 432) \
    CALL("fsopen", 430, 430, 430, 430, 430, 430) CALL("fspick", 433, 433, 433, 433, 433, 433) \
    CALL("fstat", 5, 108, 80, 108, 80, 108) CALL("fstat64", -1, 197, -1, 197, -1, -1) \
    CALL("fstatat64", -1, 300, -1, 327, -1, -1) CALL("fstatfs", 138, 100, 44, 100, 44, 100) \
    CALL("fstatfs64", -1, 269, -1, 267, -1, 266) CALL("fsync", 74, 118, 82, 118, 82, 118) \
    CALL("ftime", -1, 35, -1, -1, -1, -1) CALL("ftruncate", 77, 93, 46, 93, 46, 93) \
    CALL("ftruncate64", -1, 194, -1, 194, -1, -1) CALL("futex", 202, 240, 98, 240, 98, 238) \
    CALL("futex_requeue", 456, 456, 456, 456, 456, 456) CALL("futex_time64", -1, 422, -1, 422, -1, -1) \
    CALL("futex_wait", 455, 455, 455, 455, 455, 455) CALL("futex_waitv", 449, 449, 449, 449, 449, 449) \
    CALL("futex_wake", 454, 454, 454, 454, 454, 454) CALL("futimesat", 261, 299, -1, 326, -1, 292) \
    CALL("get_kernel_syms", 177, 130, -1, -1, -1, 130) CALL("get_mempolicy", 239, 275, 236, 320, 236, 269) \
    CALL("get_robust_list", 274, 312, 100, 339, 100, 305) CALL("get_thread_area", 211, 244, -1, -1, -1, -1) \
    CALL("getcpu", 309, 318, 168, 345, 168, 311) CALL("getcwd", 79, 183, 17, 183, 17, 183) \
    CALL("getdents", 78, 141, -1, 141, -1, 141) CALL("getdents64", 217, 220, 61, 217, 61, 220) \
    CALL("getegid", 108, 50, 177, 50, 177, 202) CALL("getegid32", -1, 202, -1, 202, -1, -1) \
    CALL("geteuid", 107, 49, 175, 49, 175, 201) CALL("geteuid32", -1, 201, -1, 201, -1, -1) \
    CALL("getgid", 104, 47, 176, 47, 176, 200) CALL("getgid32", -1, 200, -1, 200, -1, -1) \
    CALL("getgroups", 115, 80, 158, 80, 158, 205) CALL("getgroups32", -1, 205, -1, 205, -1, -1) \
    CALL("getitimer", 36, 105, 102, 105, 102, 105) CALL("getpeername", 52, 368, 205, 287, 205, 368) \
    CALL("getpgid", 121, 132, 155, 132, 155, 132) CALL("getpgrp", 111, 65, -1, 65, -1, 65) \
    CALL("getpid", 39, 20, 172, 20, 172, 20) CALL("getpmsg", 181, 188, -1, -1, -1, 188) \
    CALL("getppid", 110, 64, 173, 64, 173, 64) CALL("getpriority", 140, 96, 141, 96, 141, 96) \
    CALL("getrandom", 318, 355, 278, 384, 278, 349) CALL("getresgid", 120, 171, 150, 171, 150, 211) \
    CALL("getresgid32", -1, 211, -1, 211, -1, -1) CALL("getresuid", 118, 165, 148, 165, 148, 209) \
    CALL("getresuid32", -1, 209, -1, 209, -1, -1) CALL("getrlimit", 97, 76, 163, -1, 163, 191) \
    CALL("getrusage", 98, 77, 165, 77, 165, 77) CALL("getsid", 124, 147, 156, 147, 156, 147) \
    CALL("getsockname", 51, 367, 204, 286, 204, 367) CALL("getsockopt", 55, 365, 209, 295, 209, 365) \
    CALL("gettid", 186, 224, 178, 224, 178, 236) CALL("gettimeofday", 96, 78, 169, 78, 169, 78) \
    CALL("getuid", 102, 24, 174, 24, 174, 199) CALL("getuid32", -1, 199, -1, 199, -1, -1) \
    CALL("getxattr", 191, 229, 8, 229, 8, 227) CALL("getxattrat", 464, 464, 464, 464, 464, 464) \
    CALL("gtty", -1, 32, -1, -1, -1, -1) CALL("idle", -1, 112, -1, -1, -1, 112) \
    CALL("init_module", 175, 128, 105, 128, 105, 128) CALL("inotify_add_watch", 254, 292, 27, 317, 27, 285) \
    CALL("inotify_init", 253, 291, -1, 316, -1, 284) CALL("inotify_init1", 294, 332, 26, 360, 26, 324) \
    CALL("inotify_rm_watch", 255, 293, 28, 318, 28, 286) CALL("io_cancel", 210, 249, 3, 247, 3, 247) \
    CALL("io_destroy", 207, 246, 1, 244, 1, 244) CALL("io_getevents", 208, 247, 4, 245, 4, 245) \
    CALL("io_pgetevents", 333, 385, 292, 399, 292, 382) \
    CALL("io_pgetevents_time64", -1, 416, -1, 416, -1, -1) CALL("io_setup", 206, 245, 0, 243, 0, 243) \
    CALL("io_submit", 209, 248, 2, 246, 2, 246) CALL("io_uring_enter", 426, 426, 426, 426, 426, 426) \
    CALL("io_uring_register", 427, 427, 427, 427, 427, 427) \
    CALL("io_uring_setup", 425, 425, 425, 425, 425, 425) CALL("ioctl", 16, 54, 29, 54, 29, 54) \
    CALL("ioperm", 173, 101, -1, -1, -1, -1) CALL("iopl", 172, 110, -1, -1, -1, -1) \
    CALL("ioprio_get", 252, 290, 31, 315, 31, 283) CALL("ioprio_set", 251, 289, 30, 314, 30, 282) \
    CALL("ipc", -1, 117, -1, -1, -1, 117) CALL("kcmp", 312, 349, 272, 378, 272, 343) \
    CALL("kexec_file_load", 320, -1, 294, 401, 294, 381) CALL("kexec_load", 246, 283, 104, 347, 104, 277) \
    CALL("keyctl", 250, 288, 219, 311, 219, 280) CALL("kill", 62, 37, 129, 37, 129, 37) \
    CALL("landlock_add_rule", 445, 445, 445, 445, 445, 445) \
    CALL("landlock_create_ruleset", 444, 444, 444, 444, 444, 444) \
    CALL("landlock_restrict_self", 446, 446, 446, 446, 446, 446) CALL("lchown", 94, 16, -1, 16, -1, 198) \
    CALL("lchown32", -1, 198, -1, 198, -1, -1) CALL("lgetxattr", 192, 230, 9, 230, 9, 228) \
    CALL("link", 86, 9, -1, 9, -1, 9) CALL("linkat", 265, 303, 37, 330, 37, 296) \
    CALL("listen", 50, 363, 201, 284, 201, 363) CALL("listmount", 458, 458, 458, 458, 458, 458) \
    CALL("listns", 470, 470, 470, 470, 470, 470) CALL("listxattr", 194, 232, 11, 232, 11, 230) \
    CALL("listxattrat", 465, 465, 465, 465, 465, 465) CALL("llistxattr", 195, 233, 12, 233, 12, 231) \
    CALL("lock", -1, 53, -1, -1, -1, -1) CALL("lookup_dcookie", 212, 253, 18, 249, 18, 110) \
    CALL("lremovexattr", 198, 236, 15, 236, 15, 234) CALL("lseek", 8, 19, 62, 19, 62, 19) \
    CALL("lsetxattr", 189, 227, 6, 227, 6, 225) CALL("lsm_get_self_attr", 459, 459, 459, 459, 459, 459) \
    CALL("lsm_list_modules", 461, 461, 461, 461, 461, 461) \
    CALL("lsm_set_self_attr", 460, 460, 460, 460, 460, 460) CALL("lstat", 6, 107, -1, 107, -1, 107) \
    CALL("lstat64", -1, 196, -1, 196, -1, -1) CALL("madvise", 28, 219, 233, 220, 233, 219) \
    CALL("map_shadow_stack", 453, 453, 453, 453, 453, 453) CALL("mbind", 237, 274, 235, 319, 235, 268) \
    CALL("membarrier", 324, 375, 283, 389, 283, 356) CALL("memfd_create", 319, 356, 279, 385, 279, 350) \
    CALL("memfd_secret", 447, 447, 447, -1, 447, 447) CALL("migrate_pages", 256, 294, 238, 400, 238, 287) \
    CALL("mincore", 27, 218, 232, 219, 232, 218) CALL("mkdir", 83, 39, -1, 39, -1, 39) \
    CALL("mkdirat", 258, 296, 34, 323, 34, 289) CALL("mknod", 133, 14, -1, 14, -1, 14) \
    CALL("mknodat", 259, 297, 33, 324, 33, 290) CALL("mlock", 149, 150, 228, 150, 228, 150) \
    CALL("mlock2", 325, 376, 284, 390, 284, 374) CALL("mlockall", 151, 152, 230, 152, 230, 152) \
    CALL("mmap", 9, 90, 222, -1, 222, 90) CALL("mmap2", -1, 192, -1, 192, -1, -1) \
    CALL("modify_ldt", 154, 123, -1, -1, -1, -1) CALL("mount", 165, 21, 40, 21, 40, 21) \
    CALL("mount_setattr", 442, 442, 442, 442, 442, 442) CALL("move_mount", 429, 429, 429, 429, 429, 429) \
    CALL("move_pages", 279, 317, 239, 344, 239, 310) CALL("mprotect", 10, 125, 226, 125, 226, 125) \
    CALL("mpx", -1, 56, -1, -1, -1, -1) CALL("mq_getsetattr", 245, 282, 185, 279, 185, 276) \
    CALL("mq_notify", 244, 281, 184, 278, 184, 275) CALL("mq_open", 240, 277, 180, 274, 180, 271) \
    CALL("mq_timedreceive", 243, 280, 183, 277, 183, 274) \
    CALL("mq_timedreceive_time64", -1, 419, -1, 419, -1, -1) \
    CALL("mq_timedsend", 242, 279, 182, 276, 182, 273) CALL("mq_timedsend_time64", -1, 418, -1, 418, -1, -1) \
    CALL("mq_unlink", 241, 278, 181, 275, 181, 272) CALL("mremap", 25, 163, 216, 163, 216, 163) \
    CALL("mseal", 462, 462, 462, 462, 462, 462) CALL("msgctl", 71, 402, 187, 304, 187, 402) \
    CALL("msgget", 68, 399, 186, 303, 186, 399) CALL("msgrcv", 70, 401, 188, 302, 188, 401) \
    CALL("msgsnd", 69, 400, 189, 301, 189, 400) CALL("msync", 26, 144, 227, 144, 227, 144) \
    CALL("munlock", 150, 151, 229, 151, 229, 151) CALL("munlockall", 152, 153, 231, 153, 231, 153) \
    CALL("munmap", 11, 91, 215, 91, 215, 91) CALL("name_to_handle_at", 303, 341, 264, 370, 264, 335) \
    CALL("nanosleep", 35, 162, 101, 162, 101, 162) CALL("newfstatat", 262, -1, 79, -1, 79, 293) \
    CALL("nfsservctl", 180, 169, 42, 169, 42, 169) CALL("nice", -1, 34, -1, 34, -1, 34) \
    CALL("oldfstat", -1, 28, -1, -1, -1, -1) CALL("oldlstat", -1, 84, -1, -1, -1, -1) \
    CALL("oldolduname", -1, 59, -1, -1, -1, -1) CALL("oldstat", -1, 18, -1, -1, -1, -1) \
    CALL("olduname", -1, 109, -1, -1, -1, -1) CALL("open", 2, 5, -1, 5, -1, 5) \
    CALL("open_by_handle_at", 304, 342, 265, 371, 265, 336) CALL("open_tree", 428, 428, 428, 428, 428, 428) \
    CALL("open_tree_attr", 467, 467, 467, 467, 467, 467) CALL("openat", 257, 295, 56, 322, 56, 288) \
    CALL("openat2", 437, 437, 437, 437, 437, 437) CALL("pause", 34, 29, -1, 29, -1, 29) \
    CALL("pciconfig_iobase", -1, -1, -1, 271, -1, -1) CALL("pciconfig_read", -1, -1, -1, 272, -1, -1) \
    CALL("pciconfig_write", -1, -1, -1, 273, -1, -1) CALL("perf_event_open", 298, 336, 241, 364, 241, 331) \
    CALL("personality", 135, 136, 92, 136, 92, 136) CALL("pidfd_getfd", 438, 438, 438, 438, 438, 438) \
    CALL("pidfd_open", 434, 434, 434, 434, 434, 434) CALL("pidfd_send_signal", 424, 424, 424, 424, 424, 424) \
    CALL("pipe", 22, 42, -1, 42, -1, 42) CALL("pipe2", 293, 331, 59, 359, 59, 325) \
    CALL("pivot_root", 155, 217, 41, 218, 41, 217) CALL("pkey_alloc", 330, 381, 289, 395, 289, 385) \
    CALL("pkey_free", 331, 382, 290, 396, 290, 386) CALL("pkey_mprotect", 329, 380, 288, 394, 288, 384) \
    CALL("poll", 7, 168, -1, 168, -1, 168) CALL("ppoll", 271, 309, 73, 336, 73, 302) \
    CALL("ppoll_time64", -1, 414, -1, 414, -1, -1) CALL("prctl", 157, 172, 167, 172, 167, 172) \
    CALL("pread64", 17, 180, 67, 180, 67, 180) CALL("preadv", 295, 333, 69, 361, 69, 328) \
    CALL("preadv2", 327, 378, 286, 392, 286, 376) CALL("prlimit64", 302, 340, 261, 369, 261, 334) \
    CALL("process_madvise", 440, 440, 440, 440, 440, 440) \
    CALL("process_mrelease", 448, 448, 448, 448, 448, 448) \
    CALL("process_vm_readv", 310, 347, 270, 376, 270, 340) \
    CALL("process_vm_writev", 311, 348, 271, 377, 271, 341) CALL("prof", -1, 44, -1, -1, -1, -1) \
    CALL("profil", -1, 98, -1, -1, -1, -1) CALL("pselect6", 270, 308, 72, 335, 72, 301) \
    CALL("pselect6_time64", -1, 413, -1, 413, -1, -1) CALL("ptrace", 101, 26, 117, 26, 117, 26) \
    CALL("putpmsg", 182, 189, -1, -1, -1, 189) CALL("pwrite64", 18, 181, 68, 181, 68, 181) \
    CALL("pwritev", 296, 334, 70, 362, 70, 329) CALL("pwritev2", 328, 379, 287, 393, 287, 377) \
    CALL("query_module", 178, 167, -1, -1, -1, 167) CALL("quotactl", 179, 131, 60, 131, 60, 131) \
    CALL("quotactl_fd", 443, 443, 443, 443, 443, 443) CALL("read", 0, 3, 63, 3, 63, 3) \
    CALL("readahead", 187, 225, 213, 225, 213, 222) CALL("readdir", -1, 89, -1, -1, -1, 89) \
    CALL("readlink", 89, 85, -1, 85, -1, 85) CALL("readlinkat", 267, 305, 78, 332, 78, 298) \
    CALL("readv", 19, 145, 65, 145, 65, 145) CALL("reboot", 169, 88, 142, 88, 142, 88) \
    CALL("recv", -1, -1, -1, 291, -1, -1) CALL("recvfrom", 45, 371, 207, 292, 207, 371) \
    CALL("recvmmsg", 299, 337, 243, 365, 243, 357) CALL("recvmmsg_time64", -1, 417, -1, 417, -1, -1) \
    CALL("recvmsg", 47, 372, 212, 297, 212, 372) CALL("remap_file_pages", 216, 257, 234, 253, 234, 267) \
    CALL("removexattr", 197, 235, 14, 235, 14, 233) CALL("removexattrat", 466, 466, 466, 466, 466, 466) \
    CALL("rename", 82, 38, -1, 38, -1, 38) CALL("renameat", 264, 302, 38, 329, -1, 295) \
    CALL("renameat2", 316, 353, 276, 382, 276, 347) CALL("request_key", 249, 287, 218, 310, 218, 279) \
    CALL("restart_syscall", 219, 0, 128, 0, 128, 7) CALL("riscv_flush_icache", -1, -1, -1, -1, 259, -1) \
    CALL("riscv_hwprobe", -1, -1, -1, -1, 258, -1) CALL("rmdir", 84, 40, -1, 40, -1, 40) \
    CALL("rseq", 334, 386, 293, 398, 293, 383) CALL("rseq_slice_yield", 471, 471, 471, 471, 471, 471) \
    CALL("rt_sigaction", 13, 174, 134, 174, 134, 174) CALL("rt_sigpending", 127, 176, 136, 176, 136, 176) \
    CALL("rt_sigprocmask", 14, 175, 135, 175, 135, 175) \
    CALL("rt_sigqueueinfo", 129, 178, 138, 178, 138, 178) CALL("rt_sigreturn", 15, 173, 139, 173, 139, 173) \
    CALL("rt_sigsuspend", 130, 179, 133, 179, 133, 179) \
    CALL("rt_sigtimedwait", 128, 177, 137, 177, 137, 177) \
    CALL("rt_sigtimedwait_time64", -1, 421, -1, 421, -1, -1) \
    CALL("rt_tgsigqueueinfo", 297, 335, 240, 363, 240, 330) \
    CALL("s390_guarded_storage", -1, -1, -1, -1, -1, 378) \
    CALL("s390_pci_mmio_read", -1, -1, -1, -1, -1, 353) CALL("s390_pci_mmio_write", -1, -1, -1, -1, -1, 352) \
    CALL("s390_runtime_instr", -1, -1, -1, -1, -1, 342) CALL("s390_sthyi", -1, -1, -1, -1, -1, 380) \
    CALL("sched_get_priority_max", 146, 159, 125, 159, 125, 159) \
    CALL("sched_get_priority_min", 147, 160, 126, 160, 126, 160) \
    CALL("sched_getaffinity", 204, 242, 123, 242, 123, 240) \
    CALL("sched_getattr", 315, 352, 275, 381, 275, 346) CALL("sched_getparam", 143, 155, 121, 155, 121, 155) \
    CALL("sched_getscheduler", 145, 157, 120, 157, 120, 157) \
    CALL("sched_rr_get_interval", 148, 161, 127, 161, 127, 161) \
    CALL("sched_rr_get_interval_time64", -1, 423, -1, 423, -1, -1) \
    CALL("sched_setaffinity", 203, 241, 122, 241, 122, 239) \
    CALL("sched_setattr", 314, 351, 274, 380, 274, 345) CALL("sched_setparam", 142, 154, 118, 154, 118, 154) \
    CALL("sched_setscheduler", 144, 156, 119, 156, 119, 156) \
    CALL("sched_yield", 24, 158, 124, 158, 124, 158) CALL("seccomp", 317, 354, 277, 383, 277, 348) \
    CALL("security", 185, -1, -1, -1, -1, -1) CALL("select", 23, 82, -1, -1, -1, 142) \
    CALL("semctl", 66, 394, 191, 300, 191, 394) CALL("semget", 64, 393, 190, 299, 190, 393) \
    CALL("semop", 65, -1, 193, 298, 193, -1) CALL("semtimedop", 220, -1, 192, 312, 192, 392) \
    CALL("semtimedop_time64", -1, 420, -1, 420, -1, -1) CALL("send", -1, -1, -1, 289, -1, -1) \
    CALL("sendfile", 40, 187, 71, 187, 71, 187) CALL("sendfile64", -1, 239, -1, 239, -1, -1) \
    CALL("sendmmsg", 307, 345, 269, 374, 269, 358) CALL("sendmsg", 46, 370, 211, 296, 211, 370) \
    CALL("sendto", 44, 369, 206, 290, 206, 369) CALL("set_mempolicy", 238, 276, 237, 321, 237, 270) \
    CALL("set_mempolicy_home_node", 450, 450, 450, 450, 450, 450) \
    CALL("set_robust_list", 273, 311, 99, 338, 99, 304) CALL("set_thread_area", 205, 243, -1, -1, -1, -1) \
    CALL("set_tid_address", 218, 258, 96, 256, 96, 252) CALL("setdomainname", 171, 121, 162, 121, 162, 121) \
    CALL("setfsgid", 123, 139, 152, 139, 152, 216) CALL("setfsgid32", -1, 216, -1, 216, -1, -1) \
    CALL("setfsuid", 122, 138, 151, 138, 151, 215) CALL("setfsuid32", -1, 215, -1, 215, -1, -1) \
    CALL("setgid", 106, 46, 144, 46, 144, 214) CALL("setgid32", -1, 214, -1, 214, -1, -1) \
    CALL("setgroups", 116, 81, 159, 81, 159, 206) CALL("setgroups32", -1, 206, -1, 206, -1, -1) \
    CALL("sethostname", 170, 74, 161, 74, 161, 74) CALL("setitimer", 38, 104, 103, 104, 103, 104) \
    CALL("setns", 308, 346, 268, 375, 268, 339) CALL("setpgid", 109, 57, 154, 57, 154, 57) \
    CALL("setpriority", 141, 97, 140, 97, 140, 97) CALL("setregid", 114, 71, 143, 71, 143, 204) \
    CALL("setregid32", -1, 204, -1, 204, -1, -1) CALL("setresgid", 119, 170, 149, 170, 149, 210) \
    CALL("setresgid32", -1, 210, -1, 210, -1, -1) CALL("setresuid", 117, 164, 147, 164, 147, 208) \
    CALL("setresuid32", -1, 208, -1, 208, -1, -1) CALL("setreuid", 113, 70, 145, 70, 145, 203) \
    CALL("setreuid32", -1, 203, -1, 203, -1, -1) CALL("setrlimit", 160, 75, 164, 75, 164, 75) \
    CALL("setsid", 112, 66, 157, 66, 157, 66) CALL("setsockopt", 54, 366, 208, 294, 208, 366) \
    CALL("settimeofday", 164, 79, 170, 79, 170, 79) CALL("setuid", 105, 23, 146, 23, 146, 213) \
    CALL("setuid32", -1, 213, -1, 213, -1, -1) CALL("setxattr", 188, 226, 5, 226, 5, 224) \
    CALL("setxattrat", 463, 463, 463, 463, 463, 463) CALL("sgetmask", -1, 68, -1, -1, -1, -1) \
    CALL("shmat", 30, 397, 196, 305, 196, 397) CALL("shmctl", 31, 396, 195, 308, 195, 396) \
    CALL("shmdt", 67, 398, 197, 306, 197, 398) CALL("shmget", 29, 395, 194, 307, 194, 395) \
    CALL("shutdown", 48, 373, 210, 293, 210, 373) CALL("sigaction", -1, 67, -1, 67, -1, 67) \
    CALL("sigaltstack", 131, 186, 132, 186, 132, 186) CALL("signal", -1, 48, -1, -1, -1, 48) \
    CALL("signalfd", 282, 321, -1, 349, -1, 316) CALL("signalfd4", 289, 327, 74, 355, 74, 322) \
    CALL("sigpending", -1, 73, -1, 73, -1, 73) CALL("sigprocmask", -1, 126, -1, 126, -1, 126) \
    CALL("sigreturn", -1, 119, -1, 119, -1, 119) CALL("sigsuspend", -1, 72, -1, 72, -1, 72) \
    CALL("socket", 41, 359, 198, 281, 198, 359) CALL("socketcall", -1, 102, -1, -1, -1, 102) \
    CALL("socketpair", 53, 360, 199, 288, 199, 360) CALL("splice", 275, 313, 76, 340, 76, 306) \
    CALL("ssetmask", -1, 69, -1, -1, -1, -1) CALL("stat", 4, 106, -1, 106, -1, 106) \
    CALL("stat64", -1, 195, -1, 195, -1, -1) CALL("statfs", 137, 99, 43, 99, 43, 99) \
    CALL("statfs64", -1, 268, -1, 266, -1, 265) CALL("statmount", 457, 457, 457, 457, 457, 457) \
    CALL("statx", 332, 383, 291, 397, 291, 379) CALL("stime", -1, 25, -1, -1, -1, -1) \
    CALL("stty", -1, 31, -1, -1, -1, -1) CALL("swapoff", 168, 115, 225, 115, 225, 115) \
    CALL("swapon", 167, 87, 224, 87, 224, 87) CALL("symlink", 88, 83, -1, 83, -1, 83) \
    CALL("symlinkat", 266, 304, 36, 331, 36, 297) CALL("sync", 162, 36, 81, 36, 81, 36) \
    CALL("sync_file_range", 277, 314, 84, -1, 84, 307) CALL("syncfs", 306, 344, 267, 373, 267, 338) \
    CALL("sysfs", 139, 135, -1, 135, -1, 135) CALL("sysinfo", 99, 116, 179, 116, 179, 116) \
    CALL("syslog", 103, 103, 116, 103, 116, 103) CALL("tee", 276, 315, 77, 342, 77, 308) \
    CALL("tgkill", 234, 270, 131, 268, 131, 241) CALL("time", 201, 13, -1, -1, -1, -1) \
    CALL("timer_create", 222, 259, 107, 257, 107, 254) CALL("timer_delete", 226, 263, 111, 261, 111, 258) \
    CALL("timer_getoverrun", 225, 262, 109, 260, 109, 257) \
    CALL("timer_gettime", 224, 261, 108, 259, 108, 256) CALL("timer_gettime64", -1, 408, -1, 408, -1, -1) \
    CALL("timer_settime", 223, 260, 110, 258, 110, 255) CALL("timer_settime64", -1, 409, -1, 409, -1, -1) \
    CALL("timerfd", -1, -1, -1, -1, -1, 317) CALL("timerfd_create", 283, 322, 85, 350, 85, 319) \
    CALL("timerfd_gettime", 287, 326, 87, 354, 87, 321) CALL("timerfd_gettime64", -1, 410, -1, 410, -1, -1) \
    CALL("timerfd_settime", 286, 325, 86, 353, 86, 320) CALL("timerfd_settime64", -1, 411, -1, 411, -1, -1) \
    CALL("times", 100, 43, 153, 43, 153, 43) CALL("tkill", 200, 238, 130, 238, 130, 237) \
    CALL("truncate", 76, 92, 45, 92, 45, 92) CALL("truncate64", -1, 193, -1, 193, -1, -1) \
    CALL("tuxcall", 184, -1, -1, -1, -1, -1) CALL("ugetrlimit", -1, 191, -1, 191, -1, -1) \
    CALL("ulimit", -1, 58, -1, -1, -1, -1) CALL("umask", 95, 60, 166, 60, 166, 60) \
    CALL("umount", -1, 22, -1, -1, -1, 22) CALL("umount2", 166, 52, 39, 52, 39, 52) \
    CALL("uname", 63, 122, 160, 122, 160, 122) CALL("unlink", 87, 10, -1, 10, -1, 10) \
    CALL("unlinkat", 263, 301, 35, 328, 35, 294) CALL("unshare", 272, 310, 97, 337, 97, 303) \
    CALL("uprobe", 336, -1, -1, -1, -1, -1) CALL("uretprobe", 335, -1, -1, -1, -1, -1) \
    CALL("uselib", 134, 86, -1, 86, -1, 86) CALL("userfaultfd", 323, 374, 282, 388, 282, 355) \
    CALL("ustat", 136, 62, -1, 62, -1, 62) CALL("utime", 132, 30, -1, -1, -1, 30) \
    CALL("utimensat", 280, 320, 88, 348, 88, 315) CALL("utimensat_time64", -1, 412, -1, 412, -1, -1) \
    CALL("utimes", 235, 271, -1, 269, -1, 313) CALL("vfork", 58, 190, -1, 190, -1, 190) \
    CALL("vhangup", 153, 111, 58, 111, 58, 111) CALL("vm86", -1, 166, -1, -1, -1, -1) \
    CALL("vm86old", -1, 113, -1, -1, -1, -1) CALL("vmsplice", 278, 316, 75, 343, 75, 309) \
    CALL("vserver", 236, 273, -1, 313, -1, -1) CALL("wait4", 61, 114, 260, 114, 260, 114) \
    CALL("waitid", 247, 284, 95, 280, 95, 281) CALL("waitpid", -1, 7, -1, -1, -1, -1) \
    CALL("write", 1, 4, 64, 4, 64, 4) CALL("writev", 20, 146, 66, 146, 66, 146)

/// Their names, each behind the NUL of the one before.
static const char names[] =
#define CALL(name, ...) name "\0"
    CALLS
#undef CALL
    ;
/// Their numbers, in the order of the names.
static const int16_t numbers[][GUESTS] = {
#define CALL(name, ...) {__VA_ARGS__},
    CALLS
#undef CALL
};

static _Bool is(const char *name, const uint8_t *target, size_t length) {
    return strlen(name) == length && memcmp(name, target, length) == 0;
}

const char *qemu_system_call_name(const uint8_t *target, size_t length, int64_t number) {
    size_t guest = 0;
    while (guest < GUESTS && !is(guests[guest].target, target, length)
           && !is(guests[guest].other, target, length))
        guest++;
    if (guest == GUESTS || length == 0 || number < 0) return NULL;
    const char *name = names;
    for (size_t index = 0; index < sizeof numbers / sizeof numbers[0]; index++) {
        if (numbers[index][guest] == number) return name;
        name += strlen(name) + 1;
    }
    return NULL;
}
