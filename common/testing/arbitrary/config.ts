import fc from "fast-check";
import type { Found, FoundValue, Setting, Settings } from "../../config";
import { chain, ecPair, licenceOfTests, rsaPair } from "../certificates";

/** What kind of value a setting has, if any. `in clear` is a good secret without encryption. */
export type Typing = "good" | "missing" | "near miss" | "nonsense" | "in clear";

/** A configuration with good values and mistakes. */
export interface TypedConfig {
  found: Found;
  /** By key of the table. */
  typings: Record<string, Typing>;
  /** Keys that no setting of the table has: of the provider, of other projects, misspelt. */
  foreign: string[];
  /** Texts that no message may hold: keys, tokens and passwords, in whichever setting. */
  secrets: string[];
}

/** How often each kind of value occurs, in relation to the others. Default: mostly good, so that mistakes meet good values. */
export type Weights = Record<Typing | "foreign", number>;

const usual: Weights = { good: 12, missing: 6, "near miss": 1, nonsense: 1, "in clear": 1, foreign: 1 };

/**
 * Configurations of a table of settings.
 *
 * @param samples good values by key, beside the example, the default and what is known here by kind and shape.
 * @throws Error for a required setting of which no good value is known: give it an example.
 */
export function arbitraryConfig(
  settings: Settings,
  project: string,
  { samples = {}, weights = {} }: { samples?: Record<string, readonly string[]>; weights?: Partial<Weights> } = {},
): fc.Arbitrary<TypedConfig> {
  const weight = { ...usual, ...weights };
  const values = fc.record(
    Object.fromEntries(
      Object.entries(settings).map(([key, setting]) => [key, arbitraryValue(key, setting, weight, samples[key] ?? [])]),
    ),
  );
  const foreign = fc.subarray(foreignKeys(Object.keys(settings)), { maxLength: weight.foreign > 0 ? 2 : 0 });
  return fc.record({ values, foreign }).map(({ values: entries, foreign: keys }) => ({
    found: Object.fromEntries([
      ...Object.entries(entries).flatMap(([key, { value }]) =>
        value ? [[fullKey(key, project), value] as const] : [],
      ),
      ...keys.map((key) => [fullKey(key, project), { text: "foreign", encrypted: false }] as const),
    ]),
    typings: Object.fromEntries(Object.entries(entries).map(([key, { typing }]) => [key, typing])),
    foreign: keys,
    secrets: Object.values(entries).flatMap(({ value }) => secretsIn(value?.text ?? "")),
  }));
}

interface Entry {
  typing: Typing;
  value?: FoundValue;
}

function arbitraryValue(
  key: string,
  setting: Setting<unknown>,
  weight: Weights,
  samples: readonly string[],
): fc.Arbitrary<Entry> {
  const good = goodTexts(setting, samples);
  const isRequired = !setting.optional && setting.default === undefined && setting.bySize === undefined;
  if (good.length === 0 && isRequired) {
    throw new Error(`no good value of ${key} is known; give it an example`);
  }
  const refused = (texts: readonly string[]): string[] => texts.filter((text) => "fault" in setting.parse(text));
  const near = refused(good.flatMap((text) => nearMisses.map((miss) => miss(text))));
  const as = (typing: Typing, texts: readonly string[], encrypted = setting.secret): fc.WeightedArbitrary<Entry>[] =>
    texts.length === 0 || weight[typing] === 0
      ? []
      : [
          {
            weight: weight[typing],
            arbitrary: fc.constantFrom(...texts).map((text) => ({ typing, value: { text, encrypted } })),
          },
        ];
  return fc.oneof(
    ...as("good", good),
    ...as("near miss", near),
    ...as("nonsense", refused(nonsense)),
    ...(setting.secret ? as("in clear", good, false) : []),
    {
      weight: isRequired ? Math.min(weight.missing, 1) : weight.missing,
      arbitrary: fc.constant({ typing: "missing" }),
    },
  );
}

/** The good ones of all the texts that are known: a setting itself says which those are. */
export function goodTexts(setting: Setting<unknown>, samples: readonly string[] = []): string[] {
  const { example, default: one, bySize, min, max, choices, kind } = setting;
  const values = [one, ...Object.values(bySize ?? {}), min, max, ...(choices ?? [])].filter(
    (each) => each !== undefined,
  );
  const own = [...samples, ...(example === undefined ? [] : [example]), ...values.map(asText)];
  const known = texts.filter((text) => text !== word || setting.secret);
  const few = kind === "list" ? known.map((text) => [text, JSON.stringify([text])]).flat() : known;
  const good = [...new Set([...own, ...few])].filter((text) => "value" in setting.parse(text));
  // Of a secret that may be any text, those that are recognised in a message.
  const recognizable = setting.secret ? good.filter((text) => secretsIn(text).length > 0) : [];
  return recognizable.length > 0 ? recognizable : good;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;

/** A password without any form: good only where one is asked for. */
const word = "NoMessageShowsThis5";

/** Texts of the usual kinds. */
const texts: readonly string[] = [
  "true",
  "false",
  "1",
  "2",
  "30",
  "1024",
  "pulumi",
  "example.com",
  "https://host.example.com",
  "host.example.com:587",
  "pulumi@example.com",
  "eu-west-1",
  "111122223333",
  "10.0.0.0/8",
  "fd00::/8",
  "10.0.0.0/8,192.168.0.0/16",
  "vpc-0123456789abcdef0",
  "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
  "sg-0123456789abcdef0",
  "alias/pulumi",
  "Z0123456789ABCDEFGHIJ",
  "cron(0 5 * * ? *)",
  "registry.example.com/pulumi/service:1.0",
  "organization/project/prod",
  "db.r6g.large",
  "r6g.large.search",
  arn("kms", "key/0468b8d5-e82e-485d-b886-8401ea49c5f2"),
  arn("acm", "certificate/0468b8d5-e82e-485d-b886-8401ea49c5f2"),
  arn("sns", "alarms"),
  arn("secretsmanager", "secret:name-AbCdEf"),
  arn("backup", "backup-vault:copies"),
  "arn:aws:iam::111122223333:role/role",
  "arn:aws:iam::111122223333:policy/policy",
  "{}",
  '{"NAME":"text"}',
  '{"name":"text"}',
  '{"NAME":"NoMessageShowsThis4"}',
  word,
  licenceOfTests,
  rsaPair.certificate,
  ecPair.certificate,
  ecPair.privateKey,
  chain,
];

/** What becomes of a good text in a hurry. */
const nearMisses: readonly ((text: string) => string)[] = [
  (text) => ` ${text} `,
  (text) => `"${text}"`,
  (text) => `'${text}'`,
  (text) => text.toUpperCase(),
  (text) => `${text}.`,
  (text) => `https://${text}/`,
  (text) => text.replaceAll(",", "; "),
  (text) => text.replaceAll(",", " "),
  (text) => `${text},`,
  (text) => `${text},${text}`,
  (text) => `${text} GB`,
  (text) => `${text} days`,
  (text) => `-${text}`,
  (text) => `${text}0000000000`,
  (text) => text.slice(1),
  (text) => text.slice(0, -1),
  (text) => text.replace("true", "yes").replace("false", "off"),
  (text) => text.replace(".0/", ".1/"),
  (text) => text.replaceAll("\n", "\\n"),
];

const nonsense: readonly string[] = [
  "",
  " ",
  "\n",
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e400",
  "nonsense",
  "non sense",
  "[]",
  "[[]]",
  "{",
  '{"a":{"b":1}}',
  "$(id)",
  "🦆",
  "x".repeat(5000),
  "./file.pem",
  "https://user:NoMessageShowsThis1@example.com",
  "-----BEGIN PRIVATE KEY-----\nNoMessageShowsThis2\n-----END PRIVATE KEY-----",
  "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0cyJ9.NoMessageShowsThis3",
];

/** The parts of a value that no message may hold. */
function secretsIn(text: string): string[] {
  const forms = [/NoMessageShowsThis\d/, /(?<=PRIVATE KEY-+\s+)\w+/, /\beyJ[\w-]+\.[\w-]+\.[\w-]+/];
  return forms.flatMap((form) => form.exec(text)?.[0] ?? []);
}

/** Keys that are copied from elsewhere, or misspelt. */
function foreignKeys(known: string[]): string[] {
  const misspelt = known.filter((key) => !key.includes(":")).map((key) => `${key}s`);
  return [
    ...misspelt.filter((key) => !known.includes(key)).slice(0, 5),
    "colour",
    "aws:profile",
    "aws:defaultTags",
    "other:name",
  ];
}

function fullKey(key: string, project: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}
