import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACM } from "@aws-sdk/client-acm";
import type { Customer } from "./customer";

/** A text in the form of a licence. */
export function licence(subject: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ sub: subject })}.c2ln`;
}

/**
 * A certificate of the customer's hosts that nobody vouches for, imported into ACM; `certificate.pem`, `chain.pem` and `key.pem` are in
 * the checkout.
 *
 * @returns its id in ACM.
 */
export async function importCertificate({ account, aws, scratch }: Customer): Promise<string> {
  const { name } = account.account.zone;
  const [key = "", certificate = "", chain = ""] = ["key.pem", "certificate.pem", "chain.pem"].map((file) =>
    join(scratch.folder, file),
  );
  const asked = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name},DNS:*.${name}`, "-days", "90"];
  for (const out of [chain, certificate]) {
    const files = ["-keyout", key, "-out", out];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...asked, ...files], { stdio: "ignore" });
  }
  const [Certificate, PrivateKey] = [certificate, key].map((file) => readFileSync(file));
  const { CertificateArn = "" } = await new ACM(aws).importCertificate({ Certificate, PrivateKey });
  return CertificateArn.split("/")[1] ?? "";
}
