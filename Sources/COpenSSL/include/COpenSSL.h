/* What Exhaust uses of OpenSSL: Ed25519, SHA-256, random bytes, certificates, and TLS for those who connect. */
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* A server's context: TLS 1.2 at least, no renegotiation, and no session that outlives its connection: a resumed one
   would not have its certificate checked again. Gives NULL with OpenSSL's error. */
static inline SSL_CTX *exhaust_tls_server(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    /* Idle connections hold no buffers. */
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1)
        return context;
    SSL_CTX_free(context);
    return NULL;
}

/* The alternative names of a certificate, or NULL; to be freed. */
static inline GENERAL_NAMES *exhaust_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int exhaust_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

/* The length of the DNS name at `index`, and where it is; -1 if the name there is of another kind. */
static inline int exhaust_dns_name(const GENERAL_NAMES *names, int index, const unsigned char **text) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name->type != GEN_DNS) return -1;
    *text = ASN1_STRING_get0_data(name->d.dNSName);
    return ASN1_STRING_length(name->d.dNSName);
}

/* A distinguished name as RFC 2253 writes it, UTF-8 left as it is, into `buffer`. Returns its length, at most `size`. */
static inline int exhaust_name_text(const X509_NAME *name, void *buffer, int size) {
    BIO *text = BIO_new(BIO_s_mem());
    int length = 0;
    unsigned long form = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
    if (text && X509_NAME_print_ex(text, name, 0, form) > 0) length = BIO_read(text, buffer, size);
    BIO_free(text);
    return length > 0 ? length : 0;
}

/* The distinguished name of a certificate's owner. */
static inline int exhaust_subject(const X509 *certificate, void *buffer, int size) {
    return exhaust_name_text(X509_get_subject_name(certificate), buffer, size);
}

/* Names the server that a client wants (RFC 6066 section 3). Returns 1, or 0 with OpenSSL's error. */
static inline int exhaust_want_server(SSL *ssl, const char *name) { return (int)SSL_set_tlsext_host_name(ssl, name); }
