/* What Exhaust uses of libcrypto: Ed25519, SHA-256 and random bytes. */
#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
