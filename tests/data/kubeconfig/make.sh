#!/usr/bin/env bash
# Makes the client certificates of tests/it/kubeconfig: kinds that rcgen does not make. They are throw-away ones, believed by nobody.
set -euo pipefail
cd "$(dirname "$0")"
self() { openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 36500 -addext extendedKeyUsage=clientAuth -out "$1.crt"; }
openssl genrsa -traditional -out rsa-pkcs1.key 2048
self rsa-pkcs1
openssl ecparam -name prime256v1 -genkey -out ec-with-parameters.key
self ec-with-parameters
openssl ecparam -name secp384r1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out p384-pkcs8.key
self p384-pkcs8
openssl ecparam -name secp521r1 -genkey -noout -out p521.key
self p521
openssl pkcs8 -topk8 -in ec-with-parameters.key -passout pass:secret -out encrypted.key
# X.509 version 1, as MicroK8s makes them: without extensions.
openssl genrsa -out version-1.key 2048
openssl req -new -key version-1.key -subj /CN=version-1 | openssl x509 -req -signkey version-1.key -days 36500 -out version-1.crt
