#!/bin/sh
# SPDX-License-Identifier: MIT
# certs.sh DIR: makes the twin's certificates with openssl, only when they are missing: for each of ec (P-256) and rsa (RSA-2048)
# a root (KIND-root.pem, for --ca), an intermediate, and a leaf for localhost, 127.0.0.1 and ::1 (KIND-chain.pem, KIND-key.pem).
# CA_CURVE=P-384: root and intermediate of ec are of that curve.
set -eu
dir=${1:?usage: certs.sh DIR}
days=3650
if [ -d "$dir" ]; then
    exit 0
fi
# Made aside and renamed when all are there, since several tests may ask at once.
umask 077
mkdir -p "$dir.$$"
cd "$dir.$$"

# newkey KIND FILE
newkey() {
    case $1:$2 in
        ec:*leaf*) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$2" ;;
        ec:*) openssl genpkey -quiet -algorithm EC -pkeyopt "ec_paramgen_curve:${CA_CURVE:-P-256}" -out "$2" ;;
        rsa:*) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$2" ;;
    esac
}

# sign KIND NAME SUBJECT ISSUER EXTENSIONS: a certificate NAME of the key NAME, signed by the key and certificate ISSUER.
sign() {
    printf '%s\n' "$5" >"$1-$2.ext"
    openssl req -new -key "$1-$2-key.pem" -subj "$3" -out "$1-$2.csr"
    openssl x509 -req -in "$1-$2.csr" -CA "$1-$4.pem" -CAkey "$1-$4-key.pem" -set_serial "0x$(openssl rand -hex 16 | sed 's/^./1/')" \
        -days $days -sha256 -extfile "$1-$2.ext" -out "$1-$2.pem" 2>/dev/null
    rm -f "$1-$2.csr" "$1-$2.ext"
}

ca_ext='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash'

for kind in ec rsa; do
    for name in root intermediate leaf; do
        newkey $kind $kind-$name-key.pem
    done
    openssl req -x509 -new -key $kind-root-key.pem -subj "/O=nango-c twin/CN=twin root $kind" -days $days -sha256 \
        -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' -out $kind-root.pem
    sign $kind intermediate "/O=nango-c twin/CN=twin intermediate $kind" root "$ca_ext
authorityKeyIdentifier=keyid"
    sign $kind leaf '/O=nango-c twin/CN=localhost' intermediate 'basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
    # A chain of three, as a server sends it: leaf, intermediate, and the root too.
    cat $kind-leaf.pem $kind-intermediate.pem $kind-root.pem >$kind-chain.pem
    cp $kind-leaf-key.pem $kind-key.pem
done
cd - >/dev/null
mv -T "$dir.$$" "$dir" 2>/dev/null || rm -rf "$dir.$$"
