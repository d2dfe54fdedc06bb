/**
 * Certificates and private keys that nothing uses but tests. Made once with OpenSSL, valid from 2020 to 2120 where nothing else is said:
 *
 *     openssl req -new -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.csr -subj /CN=api.pulumi.example.com
 *     openssl ca -config ca.cnf -selfsign -keyfile rsa.key -in rsa.csr -out rsa.crt -startdate 20200101000000Z -enddate 21200101000000Z
 *
 * and the same with `-newkey ec -pkeyopt ec_paramgen_curve:P-256` for the issuer (Example CA) and the certificate that it signed with
 * `-cert ca.crt -keyfile ca.key`.
 */

/** RSA 2048, self-signed, of api.pulumi.example.com. */
export const rsaPair = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIDAzCCAeugAwIBAgIBAjANBgkqhkiG9w0BAQsFADAhMR8wHQYDVQQDDBZhcGku
cHVsdW1pLmV4YW1wbGUuY29tMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
MDAwWjAhMR8wHQYDVQQDDBZhcGkucHVsdW1pLmV4YW1wbGUuY29tMIIBIjANBgkq
hkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAz3bccr58lSrzb4WUJKYYwkTpxskhu9Oc
OwiGpFBeMwfQ236zKKXen4Dk2N3XAP/spSwi7cWHtXlbQ/7gsgL5KT2ReQlXxvXm
jtB126KShPMcwnad1WDwchjOcDDLVDbq4wTEIBqAwku8A9FEKMb20YQgFEB6scNa
Bfjsrm+hF2hWmeE4UpcqZzgzMQRc9xYiRTFiJc6DlLPv/L1rqRjWp+mW98wXRElb
T7CcJC3guPVq+i/Wbit3ZNYq72Q6MV1Nb08lzSisXvMBgv++nUaCSJHKtWgAxEeM
V5FW2EWZZkTY1ckPXfOaTwlBGoRxv+o3Q5D5S4HPSEJ97Cc0qA1wbQIDAQABo0Qw
QjAhBgNVHREEGjAYghZhcGkucHVsdW1pLmV4YW1wbGUuY29tMB0GA1UdDgQWBBTg
6Dqiw0JR01/SivAlAjULcUj1xTANBgkqhkiG9w0BAQsFAAOCAQEAsxap+6Fg/A1o
YJ9bMaKM2YBpazhWiVd7xWNWtzrxF3jdPnT7B4h6DKxurp/0tiAMuPNd/q3wWoLO
cKCNm8CT8C3i93KmTJd5nz9qdybH8IUQHd+YUXYtPChJgjykFzdUtmovWCa3+xdL
DmMC2Za+dMksMx5Pnxm2Y0wtCJd76Y8jAxQEykhS87NnoNGjEIWT8ZMM/XhuFI9d
QUu2BrBOSJdpFjdM43Q3JR+aCbYQBKDBsfkegweu4l2vP5QzOvA9frKslAfkSSp9
bA7sokcc5okSGIbSZTefRZaPABkpKxh13B8ss8RsJ/Jvnm6+SNbq9mGuafz3gFoU
wO5LIn8PvA==
-----END CERTIFICATE-----
`,
  privateKey: `-----BEGIN PRIVATE KEY-----
MIIEuwIBADANBgkqhkiG9w0BAQEFAASCBKUwggShAgEAAoIBAQDPdtxyvnyVKvNv
hZQkphjCROnGySG705w7CIakUF4zB9DbfrMopd6fgOTY3dcA/+ylLCLtxYe1eVtD
/uCyAvkpPZF5CVfG9eaO0HXbopKE8xzCdp3VYPByGM5wMMtUNurjBMQgGoDCS7wD
0UQoxvbRhCAUQHqxw1oF+Oyub6EXaFaZ4ThSlypnODMxBFz3FiJFMWIlzoOUs+/8
vWupGNan6Zb3zBdESVtPsJwkLeC49Wr6L9ZuK3dk1irvZDoxXU1vTyXNKKxe8wGC
/76dRoJIkcq1aADER4xXkVbYRZlmRNjVyQ9d85pPCUEahHG/6jdDkPlLgc9IQn3s
JzSoDXBtAgMBAAECgf95lhXx1Cj8MhZGLByu1VPghvo3BkMLt5sC29Gmi/vcQcDq
FdcdJhjSyGrNv3nkaOWUknQIKeaasEkZZdfSe9qKnbVXQrOMq258d5543l934L7P
fXCtg6Kabu9ae6SuepIMJPqqPFWPIuSerXUrG3AlJw5Qi9/k6BhaZ7M9VMhhGSTW
z/DIWE3g9eGjBbw4hb1IdjDTjxOSZcd6Xtn2yraRO539a6gLjY8n7e3Dcl4sHS2g
swlrPqWQdInZsCUAYFrsz2HnQVEoCS0lTcrs12r/TEVeCqE0HsMBjuJrPjRuRaGF
aFlWnIkyobJiutdyz3pdDCJwNIXwkAfNWscnimsCgYEA/BmcJZjz9v4T6CGax9sh
8GGoCDqssKSE/DxeJNqX/MfrQLH6wNuEucjev8BYany7JrGRXD67+DWKSMRgm7bA
c/RDJO0g+O4Mln3HTaYuZx/2Cw3FKBFWkUF3lc8wos2cASZcQOWMTMK4WUvhUhi6
qKiS3U57eurYQ7X8ZvkzP/sCgYEA0qx7Bso2lvXp8wU5oGkmfAvNlzHNL+9uc+Dg
nq2rNLgaAV/cEJ+xzCsnmXVzTAAj8R3FyE1TvjAz/aE27h+hwguSY6Vwt3Wk9Fni
1XkOFERzXSXELlWi1cmf/4ZVXRNEduTEGw+l6SVPxvXHiOk+eGlL3NLBO9ThF79v
X44d3LcCgYBklEcjDPIQ0e/ZRkb9g6T3xc6HcfliBFF2XRNmerv2w0BNsHSNq0c5
5DVSpYfg/GCioGeROQo/jgTc4VR166S+3m5HdkAYcMke5ZG1nh6XUD4WzOijAr/Z
9hei8mXCHmwmXUqjLbIbEfkAz3BXE7ys+4yUtPI46SddZGcOIlBbLwKBgGTJYV4B
NZaI9TBvKn+EboXfu65+g9RP7n5/cdZX7VUeUkqgCo7lZ1DuwFYZK1yLoKZEgQ9v
dwXA186Z5saK2X8UvCbxyffqz0ybB/rqnAK0MKC6ZZ1pGKrAd8vt/z607gcXMH5l
wRDF6eGcSaZFN76xWTq+lPVDxZ/v1J9ZRQ4HAoGBAN/WMmWaY9O83MVfBkrMKUDw
5ewfSEdmH0RGtkRp0eDFKf6fYj9aC606jcxHzCfXQk0YDu5yN0pLt6xFjh1S5tJq
TbU84xT5vPOf30KWXrA56om6NX0Jcdsm0MxMPKXr6FrbSTDNrVuMYpW94bgt1YW7
c656XYZMNqD1ML/Z6YCo
-----END PRIVATE KEY-----
`,
};

/** P-256, of app.pulumi.example.com, signed by `issuer`. */
export const ecPair = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBjDCCATKgAwIBAgIBAzAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApFeGFtcGxl
IENBMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAhMR8wHQYDVQQD
DBZhcHAucHVsdW1pLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
QgAEgv6WRBoJS5g9/4lPru//2qO+/N/9Hk1oGSXMvJDVtf3nsOklMC1Txj4F61E5
6izcnBr0Zj6D4Hy6dDqYb98fS6NlMGMwIQYDVR0RBBowGIIWYXBwLnB1bHVtaS5l
eGFtcGxlLmNvbTAdBgNVHQ4EFgQUN+cwCtVDXdrlzORkYO8LxSVda8QwHwYDVR0j
BBgwFoAUL1/DPRG6Zoi+P7QcyQqsg4dIn2gwCgYIKoZIzj0EAwIDSAAwRQIgXRk0
bhaVooq9ApQ5vn6LclmNN4+ihZHFPX8JPvvIyUsCIQD6v+/VN+NNvfP16f8LwLIA
xom8TK0dnpBUJQAlX6ZkPg==
-----END CERTIFICATE-----
`,
  privateKey: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkS6bQlmy1no98QlW
RAx8DJEAtm4BwAvNVybI/W6SdzuhRANCAASC/pZEGglLmD3/iU+u7//ao7783/0e
TWgZJcy8kNW1/eew6SUwLVPGPgXrUTnqLNycGvRmPoPgfLp0Ophv3x9L
-----END PRIVATE KEY-----
`,
};

/** A certificate authority. */
export const issuer = `-----BEGIN CERTIFICATE-----
MIIBTDCB86ADAgECAgEBMAoGCCqGSM49BAMCMBUxEzARBgNVBAMMCkV4YW1wbGUg
Q0EwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBUxEzARBgNVBAMM
CkV4YW1wbGUgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARPS8SvNn/N1bl1
ft1nZWNWKR7HrxTvQef0FEGIenirgtZcvyTFMM6blijjqATqsAWm0QOnRBA08rNU
r5qcZGaAozIwMDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQvX8M9EbpmiL4/
tBzJCqyDh0ifaDAKBggqhkjOPQQDAgNIADBFAiATReY9NZ4ZQVUCKCnq2JGrYPoo
+iChvGckiScLg+PEWwIhAP2ZSjrNvB+NSrripNaRg8+RZcepatE1UIeizLZeNrrv
-----END CERTIFICATE-----
`;

/** That of `ecPair`, followed by its issuer. */
export const chain = ecPair.certificate + issuer;

/** Of the key of `rsaPair`, valid in the year 2020 only. */
export const expiredCertificate = `-----BEGIN CERTIFICATE-----
MIIDATCCAemgAwIBAgIBBDANBgkqhkiG9w0BAQsFADAhMR8wHQYDVQQDDBZhcGku
cHVsdW1pLmV4YW1wbGUuY29tMB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAw
MFowITEfMB0GA1UEAwwWYXBpLnB1bHVtaS5leGFtcGxlLmNvbTCCASIwDQYJKoZI
hvcNAQEBBQADggEPADCCAQoCggEBAM923HK+fJUq82+FlCSmGMJE6cbJIbvTnDsI
hqRQXjMH0Nt+syil3p+A5Njd1wD/7KUsIu3Fh7V5W0P+4LIC+Sk9kXkJV8b15o7Q
dduikoTzHMJ2ndVg8HIYznAwy1Q26uMExCAagMJLvAPRRCjG9tGEIBRAerHDWgX4
7K5voRdoVpnhOFKXKmc4MzEEXPcWIkUxYiXOg5Sz7/y9a6kY1qfplvfMF0RJW0+w
nCQt4Lj1avov1m4rd2TWKu9kOjFdTW9PJc0orF7zAYL/vp1GgkiRyrVoAMRHjFeR
VthFmWZE2NXJD13zmk8JQRqEcb/qN0OQ+UuBz0hCfewnNKgNcG0CAwEAAaNEMEIw
IQYDVR0RBBowGIIWYXBpLnB1bHVtaS5leGFtcGxlLmNvbTAdBgNVHQ4EFgQU4Og6
osNCUdNf0orwJQI1C3FI9cUwDQYJKoZIhvcNAQELBQADggEBAMEMH2OZRqS8LOnv
81UQt1OzCgt/1LuOV/2VMhBuxD6FFuxs8zQ3ainji/YHXn8MD5CU6CJaRH1qK/+y
psaB3chHn1ToiY1CEKzjISdI9BWMAYDBaQ1Sk7houEqEArIf5j1//N+Vw5V5VoFW
UASqdl7x/jEPURyrAsirGH0vL8S+r6xVVFt7Eh2r8mhKjaF7ObdaD0V7R2hXG3R7
xou3ybWtlT+RDATtWppR6u/ATM89DZ7nUFVR41iYQ5zCrIy0kbdEkFWPdG14HXmA
/401miE7vPcHKLktd45vOuJ+slKI2KKkFJfmMqgtXbfj52P7OlF1ltUirosVQHzH
b7dmrdQ=
-----END CERTIFICATE-----
`;

/** A licence in the form of the vendor's: an unsigned JSON web token. */
export const licenceOfTests = [{ alg: "none", typ: "JWT" }, { sub: "tests" }, "unsigned"]
  .map((part) => Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url"))
  .join(".");
