/* A guest that knows how often two of its blocks are executed: `turn` and `mine` are loops of one block,
   which runs as often as the argument says. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void turn(unsigned long times);
void mine(unsigned long times);

__asm__(".text\n"
        ".p2align 6\n"
        ".globl turn\n"
        "turn: dec %rdi\n"
        "jnz turn\n"
        "ret\n"
        ".p2align 6\n"
        ".globl mine\n"
        "mine: dec %rdi\n"
        "jnz mine\n"
        "ret\n");

static unsigned long often;

static void *thread(void *unused)
{
    turn(often);
    return unused;
}

int main(int count, char **words)
{
    if (count < 3)
        return 64;
    const char *what = words[1];
    often = strtoul(words[2], NULL, 10);
    int threads = count > 3 ? atoi(words[3]) : 0;
    if (strcmp(what, "turn") == 0) {
        turn(often);
    } else if (strcmp(what, "fork") == 0) {
        turn(often);
        pid_t child = fork();
        if (child == 0) {
            turn(3 * often);
            _exit(0);
        }
        waitpid(child, NULL, 0);
        mine(often);
    } else if (strcmp(what, "exec") == 0) {
        turn(often);
        execl("/nowhere", "nowhere", NULL); /* fails, and counting goes on */
        turn(often);
        execl("/bin/true", "true", NULL);
    } else if (strcmp(what, "kill") == 0) {
        turn(often);
        raise(SIGKILL);
    } else if (strcmp(what, "segv") == 0) {
        turn(often);
        raise(SIGSEGV);
    } else if (strcmp(what, "threads") == 0 || strcmp(what, "leave") == 0) {
        /* To "leave" is to end while all the others still run. */
        int leaves = what[0] == 'l';
        unsigned long mine_often = often;
        if (leaves)
            often = 1UL << 60;
        pthread_t others[64];
        for (int index = 0; index < threads && index < 64; index++)
            pthread_create(&others[index], NULL, thread, NULL);
        mine(mine_often);
        for (int index = 0; !leaves && index < threads && index < 64; index++)
            pthread_join(others[index], NULL);
    } else {
        return 64;
    }
    return 0;
}
