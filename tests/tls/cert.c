/* SPDX-License-Identifier: MIT */
#include "cert.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static EVP_PKEY *keys[CERT_KEYS][3];

static EVP_PKEY *key_of(enum cert_key kind, int slot)
{
    EVP_PKEY **key = &keys[kind][slot];
    if (*key == NULL) {
        switch (kind) {
        case CERT_P256: *key = EVP_EC_gen("P-256"); break;
        case CERT_P384: *key = EVP_EC_gen("P-384"); break;
        case CERT_RSA2048: *key = EVP_RSA_gen(2048); break;
        default: *key = EVP_RSA_gen(1024); break;
        }
    }
    if (*key == NULL) {
        abort();
    }
    return *key;
}

static void extend(X509 *x, X509V3_CTX *ctx, int nid, const char *value)
{
    if (value == NULL || *value == 0) {
        return;
    }
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, ctx, nid, value);
    if (e == NULL || !X509_add_ext(x, e, -1)) {
        abort();
    }
    X509_EXTENSION_free(e);
}

static void extend_unknown(X509 *x, const char *oid)
{
    static const unsigned char null[] = {5, 0};
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING_set(value, null, sizeof null);
    X509_EXTENSION *e = X509_EXTENSION_create_by_OBJ(NULL, object, 1, value);
    X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
    ASN1_OBJECT_free(object);
    ASN1_OCTET_STRING_free(value);
}

static void extensions(X509 *x, const struct cert_spec *spec, const struct cert *issuer)
{
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer != NULL ? issuer->x509 : x, x, NULL, NULL, 0);
    const char *constraints = spec->ca > 0   ? "critical,CA:TRUE"
                              : spec->ca < 0 ? NULL
                                             : "critical,CA:FALSE";
    const char *usage = spec->ca > 0 ? "critical,keyCertSign,cRLSign,digitalSignature"
                                     : "critical,digitalSignature";
    extend(x, &ctx, NID_basic_constraints,
           spec->constraints != NULL ? spec->constraints : constraints);
    extend(x, &ctx, NID_key_usage, spec->usage != NULL ? spec->usage : usage);
    extend(x, &ctx, NID_ext_key_usage, spec->extended);
    extend(x, &ctx, NID_subject_alt_name, spec->san);
    extend(x, &ctx, NID_name_constraints, spec->names);
    extend(x, &ctx, NID_subject_key_identifier, "hash");
    if (spec->critical != NULL) {
        extend_unknown(x, spec->critical);
    }
}

void cert_make(struct cert *c, const struct cert_spec *spec, int slot, const struct cert *issuer)
{
    static long serial = 1000;
    X509 *x = X509_new();
    c->x509 = x;
    c->key = key_of(spec->key, slot);
    X509_set_version(x, spec->version1 ? 0 : 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    int dated = spec->from != 0 || spec->until != 0;
    ASN1_TIME_set(X509_getm_notBefore(x), CERT_NOW + (dated ? spec->from : -86400));
    ASN1_TIME_set(X509_getm_notAfter(x), CERT_NOW + (dated ? spec->until : 86400));
    X509_set_pubkey(x, c->key);
    X509_NAME *name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"nango-c tests", -1,
                               -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)spec->name, -1, -1,
                               0);
    X509_set_issuer_name(x, issuer != NULL ? X509_get_subject_name(issuer->x509) : name);
    if (!spec->version1) {
        extensions(x, spec, issuer);
    }
    EVP_PKEY *signer = issuer != NULL ? issuer->key : c->key;
    unsigned char *der = c->der;
    if (!X509_sign(x, signer, spec->md != NULL ? spec->md : EVP_sha256()) ||
        i2d_X509(x, NULL) > (int)sizeof c->der) {
        abort();
    }
    c->der_len = (size_t)i2d_X509(x, &der);
}

void cert_free(struct cert *c)
{
    X509_free(c->x509);
    c->x509 = NULL;
}

void cert_pin(const struct cert *c, unsigned char pin[32])
{
    unsigned char *der = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(c->x509), &der);
    EVP_Digest(der, (size_t)len, pin, NULL, EVP_sha256(), NULL);
    OPENSSL_free(der);
}

size_t cert_pem(const struct cert *c, char *text, size_t len, size_t cap)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem;
    PEM_write_bio_X509(bio, c->x509);
    size_t n = (size_t)BIO_get_mem_data(bio, &pem);
    if (len + n > cap) {
        abort();
    }
    memcpy(text + len, pem, n);
    BIO_free(bio);
    return len + n;
}

size_t cert_key_der(const struct cert *c, unsigned char *der, size_t cap)
{
    if (i2d_PrivateKey(c->key, NULL) > (int)cap) {
        abort();
    }
    return (size_t)i2d_PrivateKey(c->key, &der);
}

void cert_end(void)
{
    for (int kind = 0; kind < CERT_KEYS; kind++) {
        for (int slot = 0; slot < 3; slot++) {
            EVP_PKEY_free(keys[kind][slot]);
            keys[kind][slot] = NULL;
        }
    }
}
