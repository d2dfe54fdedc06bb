import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isNode, parseDocument } from "yaml";
import { ensure } from "../errors";
import { writeAtomically } from "../files";
import { type Crypter, newSalt, unlock } from "../state/secrets";
import { isMap, type Properties, type Value } from "../state/values";
import type { Project } from "./project";

/** A value as programs receive it: text as it is, everything else as JSON. */
export interface ConfigValue {
  text: string;
  secret: boolean;
}

/** `project:key` of a key as a user types it: `key` or `package:key`. */
const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** The steps of a path such as `a.b[0]["c.d"]`. */
function parsePath(text: string): (string | number)[] {
  const steps = [...text.matchAll(/\.?([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/g)];
  ensure(
    text !== "" && steps.map(([step]) => step).join("") === text,
    `invalid property path '${text}': expected the form a.b[0]["c.d"]`,
  );
  return steps.map(([, name, quoted, index]) => name ?? (index ? Number(index) : quoted.replace(/\\(.)/g, "$1")));
}

const isSecure = (value: Value | undefined): value is { secure: string } =>
  isMap(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;

const containsSecure = (value: Value | undefined): boolean =>
  isSecure(value) || (typeof value === "object" && value !== null && Object.values(value).some(containsSecure));

function decryptAll(value: Value, crypter: Crypter): Value {
  if (isSecure(value)) {
    return crypter.decrypt(value.secure);
  }
  if (Array.isArray(value)) {
    return value.map((item) => decryptAll(item, crypter));
  }
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decryptAll(item, crypter)]))
    : value;
}

/** With --path, numbers and booleans keep their type, as with the real command. */
function scalar(text: string): Value {
  return /^(true|false|-?(0|[1-9]\d*))$/.test(text) ? (JSON.parse(text) as Value) : text;
}

/** Pulumi.<stack>.yaml. Edits keep comments and order. */
export class StackConfig {
  readonly file: string;
  private readonly document: Document;

  constructor(
    private readonly project: Project,
    stack: string,
  ) {
    this.file = join(project.root, `Pulumi.${stack}.yaml`);
    this.document = parseDocument(existsSync(this.file) ? readFileSync(this.file, "utf8") : "");
    const [error] = this.document.errors;
    ensure(!error, `${this.file}: ${error?.message}`);
  }

  get encryptionSalt(): string | undefined {
    const salt: unknown = this.document.get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  /** The crypter of this stack; makes and saves an encryption salt on first use. */
  async crypter(fallbackSalt?: string): Promise<Crypter> {
    const salt = this.encryptionSalt ?? fallbackSalt ?? (await newSalt());
    if (!this.encryptionSalt) {
      this.document.set("encryptionsalt", salt);
      this.save();
    }
    return unlock(salt);
  }

  /** Every value in plain text. */
  async reveal(): Promise<Record<string, ConfigValue>> {
    const { config } = this.document.toJS() as { config?: Properties };
    const entries = Object.entries(config ?? {}).map(
      ([key, value]) => [fullKey(this.project.name, key), value] as const,
    );
    const plain = await Promise.all(entries.map(async ([key, value]) => [key, await this.plain(value)] as const));
    return Object.fromEntries(plain);
  }

  private async plain(value: Value): Promise<ConfigValue> {
    const secret = containsSecure(value);
    const shown = secret ? decryptAll(value, await this.crypter()) : value;
    return { text: typeof shown === "string" ? shown : JSON.stringify(shown), secret };
  }

  async get(key: string, asPath: boolean): Promise<ConfigValue | undefined> {
    const found: unknown = this.document.getIn(this.locate(key, asPath));
    if (found === undefined) {
      return undefined;
    }
    return this.plain((isNode(found) ? found.toJS(this.document) : found) as Value);
  }

  async set(key: string, text: string, { secret, path }: { secret: boolean; path: boolean }): Promise<void> {
    const value = secret ? { secure: (await this.crypter()).encrypt(text) } : path ? scalar(text) : text;
    this.document.setIn(this.locate(key, path), this.document.createNode(value));
    this.save();
  }

  remove(key: string, asPath: boolean): void {
    this.document.deleteIn(this.locate(key, asPath));
    this.save();
  }

  private locate(key: string, asPath: boolean): (string | number)[] {
    const [first, ...rest] = asPath ? parsePath(key) : [key];
    return ["config", fullKey(this.project.name, String(first)), ...rest];
  }

  private save(): void {
    writeAtomically(this.file, this.document.toString({ lineWidth: 0 }));
  }
}
