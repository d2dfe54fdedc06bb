import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Document, parse, parseDocument } from "yaml";
import { writeAtomically } from "./files";
import { getAt, parsePath, setAt } from "./paths";
import { type Crypter, newSalt, unlock } from "./secrets";
import { isMap, type Properties, type Value } from "./values";

/** What the engine uses of Pulumi.yaml. */
export interface Project {
  name: string;
  /** The folder of Pulumi.yaml. */
  root: string;
  /** What node runs: the file or folder named by `main`, or the root. */
  main: string;
  runtime: { name: string; options: Properties };
  backendUrl?: string;
  /** Values of Pulumi.yaml's `config`, for keys a stack doesn't set. */
  defaults: Properties;
}

/** Reads the Pulumi.yaml of `folder` or the nearest folder above it. */
export function loadProject(folder: string): Project {
  for (let root = resolve(folder); ; root = dirname(root)) {
    const file = join(root, "Pulumi.yaml");
    if (existsSync(file)) return parseProject(file, root);
    if (root === dirname(root)) {
      throw new Error(
        `no Pulumi.yaml project file found in ${resolve(folder)} or a folder above; use --cwd to name one`,
      );
    }
  }
}

function parseProject(file: string, root: string): Project {
  const yaml = parse(readFileSync(file, "utf8")) as Value;
  if (!isMap(yaml) || typeof yaml.name !== "string") throw new Error(`${file}: 'name' is missing`);
  const runtime = isMap(yaml.runtime) ? yaml.runtime : { name: yaml.runtime ?? null };
  if (runtime.name !== "nodejs") throw new Error(`${file}: runtime must be nodejs, found ${String(runtime.name)}`);
  const config = isMap(yaml.config) ? yaml.config : {};
  const defaults = Object.entries(config).map(([key, declared]): [string, Value | undefined] => [
    fullKey(yaml.name as string, key),
    isMap(declared) ? (declared.value ?? declared.default) : declared,
  ]);
  return {
    name: yaml.name,
    root,
    main: resolve(root, typeof yaml.main === "string" ? yaml.main : "."),
    runtime: { name: "nodejs", options: isMap(runtime.options) ? runtime.options : {} },
    backendUrl: isMap(yaml.backend) && typeof yaml.backend.url === "string" ? yaml.backend.url : undefined,
    defaults: Object.fromEntries(defaults.filter((entry): entry is [string, Value] => entry[1] !== undefined)),
  };
}

/** `project:key` of a key as a user types it: `key`, `package:key` or the old `package:config:key`. */
function fullKey(project: string, key: string): string {
  const parts = key.split(":");
  if (parts.length === 1) return `${project}:${key}`;
  if (parts.length === 3 && parts[1] === "config") return `${parts[0]}:${parts[2]}`;
  if (parts.length === 2) return key;
  throw new Error(`invalid configuration key '${key}': expected <key> or <package>:<key>`);
}

const isSecure = (value: Value | undefined): value is { secure: string } =>
  isMap(value) && typeof value.secure === "string" && Object.keys(value).length === 1;

const containsSecure = (value: Value): boolean =>
  isSecure(value) || (typeof value === "object" && value !== null && Object.values(value).some(containsSecure));

function decryptAll(value: Value, decrypt: (ciphertext: string) => string): Value {
  if (isSecure(value)) return decrypt(value.secure);
  if (Array.isArray(value)) return value.map((item) => decryptAll(item, decrypt));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decryptAll(item, decrypt)]));
}

/** A value as programs receive it: text as it is, everything else as JSON. */
const asText = (value: Value): string => (typeof value === "string" ? value : JSON.stringify(value));

export interface ConfigValue {
  text: string;
  secret: boolean;
}

/** Pulumi.<stack>.yaml. Edits keep comments and order. */
export class StackConfig {
  readonly #document: Document;

  constructor(
    private readonly project: Project,
    private readonly stack: string,
  ) {
    this.#document = parseDocument(existsSync(this.file) ? readFileSync(this.file, "utf8") : "");
    const [error] = this.#document.errors;
    if (error) throw new Error(`${this.file}: ${error.message}`);
  }

  get file(): string {
    return join(this.project.root, `Pulumi.${this.stack}.yaml`);
  }

  get encryptionSalt(): string | undefined {
    const salt: unknown = this.#document.get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  #values(): Properties {
    const yaml = this.#document.toJS() as { config?: Properties } | null;
    const entries = Object.entries(yaml?.config ?? {});
    return Object.fromEntries(entries.map(([key, value]) => [fullKey(this.project.name, key), value]));
  }

  /** The crypter of this stack; makes and saves an encryption salt on first use. */
  async crypter(fallbackSalt?: string): Promise<Crypter> {
    if (!this.encryptionSalt) {
      this.#document.set("encryptionsalt", fallbackSalt ?? (await newSalt()));
      this.save();
    }
    return unlock(this.encryptionSalt!);
  }

  /** Every value in plain text, defaults of the project included; `crypter` is only asked for where there is a secret. */
  async reveal(crypter: () => Promise<Crypter> = () => this.crypter()): Promise<Record<string, ConfigValue>> {
    const values = { ...this.project.defaults, ...this.#values() };
    const key = Object.values(values).some(containsSecure) ? await crypter() : undefined;
    const plain = (value: Value): string => asText(decryptAll(value, (ciphertext) => key!.decrypt(ciphertext)));
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { text: plain(value), secret: containsSecure(value) }]),
    );
  }

  async get(key: string, asPath: boolean): Promise<ConfigValue | undefined> {
    const [name, path] = this.#locate(key, asPath);
    const found = getAt({ ...this.project.defaults, ...this.#values() }[name], path);
    if (found === undefined) return undefined;
    const crypter = containsSecure(found) ? await this.crypter() : undefined;
    return { text: asText(decryptAll(found, (text) => crypter!.decrypt(text))), secret: containsSecure(found) };
  }

  async set(key: string, text: string, options: { secret: boolean; path: boolean }): Promise<void> {
    const value = options.secret
      ? { secure: (await this.crypter()).encrypt(text) }
      : options.path
        ? scalar(text)
        : text;
    this.#edit(key, options.path, value);
  }

  remove(key: string, asPath: boolean): void {
    this.#edit(key, asPath, undefined);
  }

  #edit(key: string, asPath: boolean, value: Value | undefined): void {
    const [name, path] = this.#locate(key, asPath);
    const next = path.length === 0 ? value : setAt(this.#values()[name], path, value);
    if (next === undefined) this.#document.deleteIn(["config", name]);
    else this.#document.setIn(["config", name], this.#document.createNode(next));
    this.save();
  }

  #locate(key: string, asPath: boolean): [string, (string | number)[]] {
    if (!asPath) return [fullKey(this.project.name, key), []];
    const [first, ...path] = parsePath(key);
    return [fullKey(this.project.name, String(first)), path];
  }

  save(): void {
    writeAtomically(this.file, this.#document.toString({ lineWidth: 0 }));
  }
}

/** With --path, numbers and booleans keep their type inside an object, as with the real command. */
function scalar(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : text;
}
