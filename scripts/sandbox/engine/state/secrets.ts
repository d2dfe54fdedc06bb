import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { ensure } from "../errors";

/*
 * Pulumi's passphrase provider: AES-256-GCM with a key derived by PBKDF2-SHA256. A ciphertext is `v1:nonce:data+tag`, a
 * salt is `v1:salt:` and the ciphertext of a known word, by which a wrong passphrase is noticed.
 */
const iterations = 1_000_000;
const keyBytes = 32;
const saltBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const knownWord = "pulumi";

const derive = promisify(pbkdf2);
const decode = (text: string): Buffer => Buffer.from(text, "base64");

export class Crypter {
  /** Ciphertexts by plaintext: an unchanged secret keeps its ciphertext, so a state file only changes where it must. */
  private readonly known = new Map<string, string>();

  constructor(private readonly key: Buffer) {}

  encrypt(plaintext: string): string {
    const known = this.known.get(plaintext);
    if (known) {
      return known;
    }
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const data = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
    const ciphertext = `v1:${nonce.toString("base64")}:${data.toString("base64")}`;
    this.known.set(plaintext, ciphertext);
    return ciphertext;
  }

  /** @throws when the text isn't a ciphertext made with this key. */
  decrypt(ciphertext: string): string {
    const [version, nonce, data, ...rest] = ciphertext.split(":");
    ensure(version === "v1" && data && rest.length === 0, "not a secret of the passphrase provider");
    const bytes = decode(data);
    const decipher = createDecipheriv("aes-256-gcm", this.key, decode(nonce));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const plaintext = decipher.update(bytes.subarray(0, -tagBytes), undefined, "utf8") + decipher.final("utf8");
    this.known.set(plaintext, ciphertext);
    return plaintext;
  }
}

async function passphrase(): Promise<string> {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (text !== undefined) {
    return text;
  }
  if (file) {
    return (await readFile(file, "utf8")).trim();
  }
  throw new Error(
    "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
  );
}

const crypterFor = async (word: string, salt: Buffer): Promise<Crypter> =>
  new Crypter(await derive(word, salt, iterations, keyBytes, "sha256"));

const unlocked = new Map<string, Promise<Crypter>>();

/** The crypter of an `encryptionsalt`; the key of a passphrase is derived once per process. */
export async function unlock(encryptionSalt: string): Promise<Crypter> {
  const word = await passphrase();
  const known = `${encryptionSalt} ${word}`;
  let crypter = unlocked.get(known);
  if (!crypter) {
    unlocked.set(known, (crypter = open(encryptionSalt, word)));
  }
  return crypter;
}

async function open(encryptionSalt: string, passphrase: string): Promise<Crypter> {
  const [version, salt, ...word] = encryptionSalt.split(":");
  ensure(version === "v1" && word.length === 3, "malformed encryptionsalt: expected v1:<salt>:v1:<nonce>:<data>");
  const crypter = await crypterFor(passphrase, decode(salt));
  try {
    if (crypter.decrypt(word.join(":")) === knownWord) {
      return crypter;
    }
  } catch {
    // The cipher refuses data of another key; that is a wrong passphrase.
  }
  throw new Error("incorrect passphrase");
}

/** A new `encryptionsalt` for the passphrase of the environment. */
export async function newSalt(): Promise<string> {
  const salt = randomBytes(saltBytes);
  return `v1:${salt.toString("base64")}:${(await crypterFor(await passphrase(), salt)).encrypt(knownWord)}`;
}
