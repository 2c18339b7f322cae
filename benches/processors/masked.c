/* Answers CPUID as a processor without AVX would: loaded into a program whose CPUID instructions were replaced by UD2.

   `without_avx.py` compiles it. What is hidden: AVX, AVX2, AVX-512 and all that came with or after AVX, such as FMA, F16C,
   BMI1, BMI2 and LZCNT. SSE4.2, POPCNT, AES and PCLMULQDQ stay. With AVX512 alone in the variable HIDDEN, AVX2 stays, too. */
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

/* FMA, XSAVE, OSXSAVE, AVX, F16C, RDRAND */
static const unsigned LEAF1_ECX = 1u << 12 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 29 | 1u << 30;
/* LZCNT, XOP, FMA4, TBM */
static const unsigned EXTENDED_ECX = 1u << 5 | 1u << 11 | 1u << 16 | 1u << 21;

/* AVX-512 in leaf 7: EBX, ECX and EDX */
static const unsigned LEAF7_EBX = 1u << 16 | 1u << 17 | 1u << 21 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 30 | 1u << 31;
static const unsigned LEAF7_ECX = 1u << 1 | 1u << 6 | 1u << 11 | 1u << 12 | 1u << 14;
static const unsigned LEAF7_EDX = 1u << 2 | 1u << 3 | 1u << 8 | 1u << 23;

static int only_512;

static void hide(unsigned leaf, unsigned part, unsigned *a, unsigned *b, unsigned *c, unsigned *d)
{
    if (only_512) {
        if (leaf == 7 && part == 0) {
            *b &= ~LEAF7_EBX;
            *c &= ~LEAF7_ECX;
            *d &= ~LEAF7_EDX;
        } else if (leaf == 7) {
            *a = *b = *c = *d = 0;
        }
        return;
    }
    if (leaf == 1)
        *c &= ~LEAF1_ECX;
    /* All of leaf 7 is younger than AVX; 13, 0x19 and what follows are about states and versions of AVX. */
    if (leaf == 7 || leaf == 13 || (leaf >= 0x14 && leaf < 0x40000000))
        *a = *b = *c = *d = 0;
    if (leaf == 0x80000001)
        *c &= ~EXTENDED_ECX;
}

static void answer(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *at = (const unsigned char *)registers[REG_RIP];
    if (at[0] != 0x0f || at[1] != 0x0b)
        abort();
    unsigned leaf = (unsigned)registers[REG_RAX], part = (unsigned)registers[REG_RCX];
    unsigned a, b, c, d;
    __cpuid_count(leaf, part, a, b, c, d);
    hide(leaf, part, &a, &b, &c, &d);
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void start(void)
{
    const char *hidden = getenv("HIDDEN");
    struct sigaction action;
    only_512 = hidden && strcmp(hidden, "AVX512") == 0;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = answer;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGILL, &action, NULL);
}
