import { randomBytes, randomInt } from "node:crypto";
import type { Unwrap } from "@pulumi/pulumi";
import type { RandomIdArgs, RandomPasswordArgs } from "@pulumi/random";
import { allOf, between, type Check, required } from "../checks";
import { type Created, isUnknown, type Properties, type ResourceType, type Service } from "../resource";

type Text = Unwrap<RandomPasswordArgs>;

const classes = [
  { flag: "lower", least: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { flag: "upper", least: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { flag: "numeric", least: "minNumeric", characters: "0123456789" },
  { flag: "special", least: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;

/** A random resource: drawn on creation, drawn anew when any input changes. */
function drawn<Inputs extends object>(
  draw: (inputs: Inputs) => Created,
  rest: Pick<ResourceType<undefined, Inputs>, "check" | "defaults" | "secrets"> = {},
): ResourceType<undefined, Inputs> {
  return {
    ...rest,
    create: (inputs) => Promise.resolve(draw(inputs)),
    read: (_id, known) => Promise.resolve(known),
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

function textDefaults(inputs: Properties): Properties {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  const flags = { lower: true, upper: true, special: true };
  const least = { minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 };
  return { ...flags, ...least, ...inputs, numeric, number: numeric };
}

const longEnough: Check = (inputs) => {
  const counts = classes.map(({ least }) => inputs[least]);
  if (isUnknown(inputs.length) || counts.some(isUnknown)) return [];
  const least = counts.reduce<number>((sum, count) => sum + Number(count ?? 0), 0);
  return least > Number(inputs.length)
    ? [{ property: "length", reason: `must be at least ${least}, the sum of what the classes need` }]
    : [];
};

const someClass: Check = (inputs) =>
  classes.every(({ flag }) => inputs[flag] === false)
    ? [{ property: "", reason: "one of lower, upper, numeric and special must be true" }]
    : [];

function drawId({ byteLength, prefix = "" }: Unwrap<RandomIdArgs>): Created {
  const bytes = randomBytes(byteLength);
  const hex = bytes.toString("hex");
  const b64Url = bytes.toString("base64url");
  const forms = { hex, b64Url, b64Std: bytes.toString("base64"), dec: BigInt(`0x${hex}`).toString() };
  const outputs = Object.fromEntries(Object.entries(forms).map(([form, value]) => [form, `${prefix}${value}`]));
  return { id: b64Url, outputs };
}

export const service: Service<undefined> = {
  resources: {
    "random:index/randomPassword:RandomPassword": drawn<Text>(
      (inputs) => ({ id: "none", outputs: { result: drawText(inputs) } }),
      {
        defaults: textDefaults,
        check: allOf(required("length"), between("length", 1, Number.MAX_SAFE_INTEGER), longEnough, someClass),
        secrets: ["result"],
      },
    ),
    "random:index/randomId:RandomId": drawn(drawId, {
      check: allOf(required("byteLength"), between("byteLength", 1, Number.MAX_SAFE_INTEGER)),
    }),
  },
};
