/* The tokeniser's interface: a C library that the C++ program is linked with. */
#ifndef TOKENS_H
#define TOKENS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_OPERATOR,
    TOKEN_ERROR
};

struct token {
    enum token_kind kind;
    const char *start;
    size_t length;
    double number;       /* of a TOKEN_NUMBER */
    const char *problem; /* of a TOKEN_ERROR */
};

struct tokens {
    const char *next;
};

void tokens_begin(struct tokens *tokens, const char *line);
struct token tokens_next(struct tokens *tokens);
const char *token_kind_name(enum token_kind kind);

#ifdef __cplusplus
}
#endif

#endif
