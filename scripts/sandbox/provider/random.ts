import { randomBytes, randomInt } from "node:crypto";
import type { Unwrap } from "@pulumi/pulumi";
import type { RandomIdArgs, RandomPasswordArgs } from "@pulumi/random";
import { version } from "@pulumi/random/package.json";
import type { Definition } from "./provider";
import type { Created, ResourceType, Service } from "./resource";

type Text = Unwrap<RandomPasswordArgs>;

const classes = [
  { flag: "lower", least: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { flag: "upper", least: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { flag: "numeric", least: "minNumeric", characters: "0123456789" },
  { flag: "special", least: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;

/** A random resource: drawn on creation, drawn anew when any input changes. */
function drawn<Inputs extends object>(
  replaceOn: readonly (keyof Inputs & string)[],
  draw: (inputs: Inputs) => Created,
  rest: Pick<ResourceType<undefined, Inputs>, "defaults" | "secrets"> = {},
): ResourceType<undefined, Inputs> {
  return {
    ...rest,
    replaceOn,
    updateOn: [],
    create: (inputs) => Promise.resolve(draw(inputs)),
    read: (_id, known) => Promise.resolve(known),
    update: () => Promise.resolve(),
    delete: () => Promise.resolve(),
  };
}

/** Texts with at least so many characters of each class. `bcryptHash` isn't computed. */
function drawText(inputs: Text): string {
  const used = classes
    .filter(({ flag }) => inputs[flag])
    .map(({ flag, least, characters }) => ({
      least: inputs[least] ?? 0,
      characters: flag === "special" ? inputs.overrideSpecial || characters : characters,
    }));
  const all = used.map(({ characters }) => characters).join("");
  const drawnFrom = used.flatMap(({ least, characters }) => Array<string>(least).fill(characters));
  const fillers = Array<string>(inputs.length - drawnFrom.length).fill(all);
  return shuffled([...drawnFrom, ...fillers].map((from) => from.charAt(randomInt(from.length)))).join("");
}

function shuffled<T>(items: T[]): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(randomInt(rest.length), 1));
}

function drawId({ byteLength, prefix = "" }: Unwrap<RandomIdArgs>): Created {
  const bytes = randomBytes(byteLength);
  const hex = bytes.toString("hex");
  const b64Url = bytes.toString("base64url");
  const forms = { hex, b64Url, b64Std: bytes.toString("base64"), dec: BigInt(`0x${hex}`).toString() };
  const outputs = Object.fromEntries(Object.entries(forms).map(([form, value]) => [form, `${prefix}${value}`]));
  return { id: b64Url, outputs };
}

const everyClass = { lower: true, upper: true, numeric: true, special: true };
const noLeast = { minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 };

const service: Service<undefined> = {
  resources: {
    "random:index/randomPassword:RandomPassword": drawn<Text>(
      [
        ...(["keepers", "length", "lower", "minLower", "minNumeric", "minSpecial"] as const),
        ...(["minUpper", "numeric", "overrideSpecial", "special", "upper"] as const),
      ],
      (inputs) => ({ id: "none", outputs: { result: drawText(inputs) } }),
      { defaults: (inputs) => ({ ...everyClass, ...noLeast, ...inputs }), secrets: ["result"] },
    ),
    "random:index/randomId:RandomId": drawn<Unwrap<RandomIdArgs>>(["byteLength", "keepers", "prefix"], drawId),
  },
};

/** The `random` plugin: values that are drawn once, live in the state alone and need no account. */
export const definition: Definition<undefined> = {
  name: "random",
  version,
  settings: {},
  configure: () => Promise.resolve(undefined),
  services: { index: () => Promise.resolve([service]) },
};
