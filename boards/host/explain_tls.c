/* SPDX-License-Identifier: MIT
 *
 * explain_tls.c: the sentences for what TLS refuses. tests/servers has a server for each.
 */
#include "explain.h"

#include "tls_trust.h"

#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>

/* Any code of Mbed TLS's. */
#define CODE (-1)
/* The first is of no use to try again with another connection, the second may pass. */
#define FINAL(error, cause, text)                 \
    {                                             \
        cause,                                    \
        {                                         \
            error, 0, NULL, EXIT_NETWORK, 1, text \
        }                                         \
    }
#define PASSING(error, cause, text)               \
    {                                             \
        cause,                                    \
        {                                         \
            error, 0, NULL, EXIT_NETWORK, 0, text \
        }                                         \
    }
#define FORBIDDEN(cause)                                                                       \
    PASSING(NANGO_E_TLS_HANDSHAKE, cause,                                                      \
            "%h answered what TLS forbids (%e): it is broken or far too old, or something in " \
            "between tries to make the connection weaker")
#define UNPROVEN(cause)                                                                          \
    PASSING(NANGO_E_TLS_HANDSHAKE, cause,                                                        \
            "%h did not prove that the certificate is its own, or the handshake was changed on " \
            "the way (%e): does something in between open the connection?")

/* The first that fits. cause: 0: any; > 0: all of these flags, or the number of an alert; < 0: a
 * code of Mbed TLS's, whatever lower module's code is added to it. */
static const struct {
    int cause;
    struct explanation explanation;
} explanations[] = {
    FINAL(
        NANGO_E_TLS_ROOT, TLS_TRUST_SELF | TLS_TRUST_ALONE,
        "the certificate of %h is signed by itself, as anybody's may be: the server needs one that "
        "an authority has signed (one of your own is enough: its root goes into --ca)"),
    FINAL(NANGO_E_TLS_ROOT, TLS_TRUST_ALONE,
          "nothing that %h sends, and nothing in %a, may have signed its certificate: does the "
          "server send the whole chain (fullchain.pem), and is --ca the right file?"),
    FINAL(NANGO_E_TLS_ROOT, CODE, "a certificate of %h cannot be read (%e): the server is broken"),
    FINAL(NANGO_E_TLS_ROOT, 0,
          "the certificate of %h is signed by nobody in %a: is --ca the right file, or does "
          "something in between (a proxy, a login page) open the connection?"),

    FINAL(NANGO_E_TLS_NAME, TLS_TRUST_NAMELESS,
          "the certificate of %h names no host, and a common name does not count any more (RFC "
          "9525): the server needs one with a subjectAltName"),
    FINAL(
        NANGO_E_TLS_NAME, 0,
        "the certificate is not for %h: is NANGO_HOSTPORT right? (A wildcard stands for one label "
        "below a domain; an address must be in it as an IP address)"),

    FINAL(NANGO_E_TLS_EXPIRED, 0,
          "the certificate of %h has expired, by this machine's clock (%d): set the clock if it is "
          "wrong, else the server needs a new one"),
    FINAL(NANGO_E_TLS_NOT_YET, 0,
          "the certificate of %h is not valid yet, by this machine's clock (%d): set the clock"),
    FINAL(NANGO_E_TLS_CLOCK, 0,
          "this machine's clock is not set (%d), so no certificate can be judged"),

    FINAL(NANGO_E_TLS_WEAK, MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG,
          "a certificate that %h sends is signed with SHA-1 or MD5, or in a way that is not known "
          "here: the server needs a newer one (if it is a root, it need not be sent)"),
    FINAL(
        NANGO_E_TLS_WEAK, MBEDTLS_X509_BADCERT_BAD_MD,
        "a certificate of %h is signed with a hash that is too weak: the server needs a newer one"),
    FINAL(
        NANGO_E_TLS_WEAK, 0,
        "a key in the chain of %h is too weak, or of a kind that is not used here: RSA needs 2048 "
        "to 4096 bits, ECDSA the curve P-256 or P-384"),

    FINAL(NANGO_E_TLS_USAGE, TLS_TRUST_CA | MBEDTLS_X509_BADCERT_CN_MISMATCH,
          "the first certificate of %h that can be read is an authority's: the server's own is "
          "missing, or signed with SHA-1 or MD5, and must be replaced"),
    FINAL(NANGO_E_TLS_USAGE, TLS_TRUST_CA,
          "the certificate of %h is an authority's (CA:TRUE): who has that server's key could make "
          "certificates for any other. Give it one of its own (CA:FALSE)"),
    FINAL(NANGO_E_TLS_USAGE, TLS_TRUST_CONSTRAINED,
          "an authority above %h is for some names only (nameConstraints), which are not checked "
          "here: the server needs a certificate of another one"),
    FINAL(NANGO_E_TLS_USAGE, MBEDTLS_X509_BADCERT_EXT_KEY_USAGE,
          "the certificate of %h, or one above it, is not for servers (its extendedKeyUsage has no "
          "serverAuth): the server needs another one"),
    FINAL(NANGO_E_TLS_USAGE, CODE,
          "a certificate of %h has a critical extension that is not known here (nameConstraints is "
          "one), so nobody can tell what it may be used for: the server needs another one"),
    FINAL(NANGO_E_TLS_USAGE, 0,
          "the certificate of %h may not be used for TLS, or one above it may not sign (keyUsage, "
          "version 1): the server needs another one"),
    FINAL(NANGO_E_TLS_PIN, 0, "the certificate of %h matches no pin"),

    FINAL(NANGO_E_TLS_VERSION, 0, "%h speaks neither TLS 1.2 nor TLS 1.3: it must be updated"),
    FINAL(NANGO_E_TLS_SECRET, 0,
          "%h knows no extended master secret (RFC 7627), so that somebody in between could pass "
          "one TLS connection off as another: it must be updated, or speak TLS 1.3"),
    FINAL(NANGO_E_TLS_RECORD, MBEDTLS_ERR_X509_FATAL_ERROR,
          "the chain of %h has more certificates than are followed (8, "
          "MBEDTLS_X509_MAX_INTERMEDIATE_CA): the server must send fewer"),
    FINAL(NANGO_E_TLS_RECORD, 0,
          "%h sends a record or a chain of more than 16 KB (MBEDTLS_SSL_IN_CONTENT_LEN): does it "
          "send certificates that nobody needs?"),
    FINAL(NANGO_E_TLS_ARENA, 0, "the memory for TLS is too small for the certificates of %h"),
    FINAL(NANGO_E_TLS_ENTROPY, 0, "this system gives no random numbers"),

    PASSING(
        NANGO_E_TLS_ALERT, MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,
        "%h has nothing in common with nangoc (alert %e): it must offer ECDHE over X25519, P-256 "
        "or P-384, AES-GCM or ChaCha20-Poly1305, and a certificate of such a curve or of RSA (or "
        "it wants one of the client)"),
    PASSING(NANGO_E_TLS_ALERT, MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME,
            "the server there does not know the name %h (alert %e): is NANGO_HOSTPORT right?"),
    PASSING(NANGO_E_TLS_ALERT, 116,
            "%h wants a certificate of the client (alert %e), and nangoc has none"),
    PASSING(NANGO_E_TLS_ALERT, MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL,
            "%h does not offer HTTP/1.1 (alert %e): it must, beside HTTP/2"),
    PASSING(NANGO_E_TLS_ALERT, 0, "%h ended the TLS handshake (alert %e): its log says why"),

    PASSING(NANGO_E_TLS_HANDSHAKE, MBEDTLS_ERR_SSL_UNEXPECTED_RECORD,
            "%h talks without end and never comes to the end of the TLS handshake (%e)"),
    PASSING(NANGO_E_TLS_HANDSHAKE, MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE,
            "%h says things in an order that TLS does not have, or asks again and again (%e)"),
    FORBIDDEN(MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER),
    FORBIDDEN(MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE),
    FORBIDDEN(MBEDTLS_ERR_SSL_BAD_INPUT_DATA),
    FORBIDDEN(MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE),
    UNPROVEN(MBEDTLS_ERR_ECP_VERIFY_FAILED),
    UNPROVEN(MBEDTLS_ERR_RSA_VERIFY_FAILED),
    UNPROVEN(MBEDTLS_ERR_SSL_INVALID_MAC),
    PASSING(NANGO_E_TLS_HANDSHAKE, 0,
            "the TLS handshake with %h failed (%e): does %u really speak TLS?"),
    PASSING(NANGO_E_TLS_BROKEN, 0, "the TLS connection to %h broke"),
};

static int fits(const struct nango_result *r, int cause)
{
    if (cause == CODE) {
        return r->cause < 0;
    }
    if (cause < 0) {
        return r->cause < 0 && (-r->cause & 0xff80) == -cause;
    }
    if (r->error == NANGO_E_TLS_ALERT) {
        return cause == 0 || r->cause == cause;
    }
    return cause == 0 || (r->cause > 0 && (r->cause & cause) == cause);
}

const struct explanation *explain_tls(const struct nango_result *r)
{
    for (size_t i = 0; i < sizeof explanations / sizeof explanations[0]; i++) {
        if (explanations[i].explanation.error == r->error && fits(r, explanations[i].cause)) {
            return &explanations[i].explanation;
        }
    }
    return NULL;
}
