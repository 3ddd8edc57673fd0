/* SPDX-License-Identifier: MIT
 *
 * verify_only.c: stands in for the private half of Mbed TLS's public-key code, which a device
 * without a certificate of its own never calls, but which its tables of functions (pk_wrap.c) hold
 * in the image: signing, decryption, what belongs to private keys, and points in compressed form,
 * which no public key of TLS has (RFC 8422 section 5.1.2). The Makefile has the linker put these in
 * their place (--wrap, VERIFY_ONLY): 1.5 KB with ECDSA alone, 5 KB with RSA. Each refuses.
 */
#include <mbedtls/ecdsa.h>
#include <mbedtls/error.h>
#include <mbedtls/rsa.h>
#include <mbedtls/ssl.h>

typedef int (*rng)(void *, unsigned char *, size_t);
typedef unsigned char *bytes;
typedef const unsigned char *const_bytes;
typedef const mbedtls_mpi *number;

#define REFUSE(name, ...)                                \
    int name(__VA_ARGS__);                               \
    int name(__VA_ARGS__)                                \
    {                                                    \
        return MBEDTLS_ERR_PLATFORM_FEATURE_UNSUPPORTED; \
    }

REFUSE(mbedtls_pk_sign_restartable, mbedtls_pk_context *, mbedtls_md_type_t, const_bytes, size_t,
       bytes, size_t, size_t *, rng, void *, mbedtls_pk_restart_ctx *)
REFUSE(mbedtls_pk_sign_ext, mbedtls_pk_type_t, mbedtls_pk_context *, mbedtls_md_type_t, const_bytes,
       size_t, bytes, size_t, size_t *, rng, void *)
REFUSE(mbedtls_ssl_tls13_write_certificate_verify, mbedtls_ssl_context *)

REFUSE(mbedtls_ecdsa_write_signature, mbedtls_ecdsa_context *, mbedtls_md_type_t, const_bytes,
       size_t, bytes, size_t, size_t *, rng, void *)
REFUSE(mbedtls_ecdsa_write_signature_restartable, mbedtls_ecdsa_context *, mbedtls_md_type_t,
       const_bytes, size_t, bytes, size_t, size_t *, rng, void *, mbedtls_ecdsa_restart_ctx *)
REFUSE(mbedtls_ecp_check_pub_priv, const mbedtls_ecp_keypair *, const mbedtls_ecp_keypair *, rng,
       void *)
REFUSE(mbedtls_mpi_exp_mod, mbedtls_mpi *, number, number, number, mbedtls_mpi *)

REFUSE(mbedtls_rsa_pkcs1_sign, mbedtls_rsa_context *, rng, void *, mbedtls_md_type_t, unsigned,
       const_bytes, bytes)
REFUSE(mbedtls_rsa_rsassa_pss_sign_ext, mbedtls_rsa_context *, rng, void *, mbedtls_md_type_t,
       unsigned, const_bytes, int, bytes)
REFUSE(mbedtls_rsa_pkcs1_encrypt, mbedtls_rsa_context *, rng, void *, size_t, const_bytes, bytes)
REFUSE(mbedtls_rsa_pkcs1_decrypt, mbedtls_rsa_context *, rng, void *, size_t *, const_bytes, bytes,
       size_t)
REFUSE(mbedtls_rsa_check_pub_priv, const mbedtls_rsa_context *, const mbedtls_rsa_context *)
REFUSE(mbedtls_rsa_deduce_primes, number, number, number, mbedtls_mpi *, mbedtls_mpi *)
REFUSE(mbedtls_rsa_deduce_private_exponent, number, number, number, mbedtls_mpi *)
REFUSE(mbedtls_rsa_deduce_crt, number, number, number, mbedtls_mpi *, mbedtls_mpi *, mbedtls_mpi *)
