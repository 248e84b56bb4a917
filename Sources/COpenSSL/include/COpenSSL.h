/* What Exhaust uses of OpenSSL: Ed25519, SHA-256, random bytes, and certificates. */
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
