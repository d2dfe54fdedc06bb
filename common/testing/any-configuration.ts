import { expect } from "chai";
import fc from "fast-check";
import type { AwsClients } from "../aws/clients";
import type { ConfigProblem, Found, Settings } from "../config";
import { type Layer, projectOf } from "../layer";
import { type Program, run, withFakeAws } from ".";
import { answersOf, arbitraryAccount, type OddAccount } from "./arbitrary/account";
import { afterCommands, commandsIn } from "./arbitrary/commands";
import { arbitraryConfig, type TypedConfig, type Weights } from "./arbitrary/config";
import { unclearIn } from "./arbitrary/plain-words";
import type { AwsAnswers } from "./fake-aws";

/** A layer whose program is to refuse every wrong configuration in plain words, never with a stack trace. */
export interface AnyConfiguration {
  layer: Layer;
  /** Folder of the layer. */
  folder: string;
  settings: Settings;
  /** A configuration that the account fits, with all that is required. */
  good: Found;
  /** Good values of settings, beside those that are known by kind and shape. */
  samples?: Record<string, readonly string[]>;
  /** What AWS answers in place of a healthy account. */
  aws?: Partial<AwsAnswers>;
  /** Outputs of the layer above. */
  stacks?: Program["stacks"];
  /** What data sources answer. */
  calls?: Program["calls"];
  /** What the program does with a configuration before it makes anything, in the stack `test`. */
  check(found: Found, aws: AwsClients): Promise<Checked>;
}

interface Checked {
  problems: ConfigProblem[];
  /** Whether the program has all that it needs. */
  isFit: boolean;
}

/** The same cases in every run, so that a run doesn't fail by chance. RUNS=20 SEED=2 tries more and others. */
const seed = Number(process.env["SEED"] ?? 1);
export const times = (numRuns: number): { numRuns: number; seed: number } => ({
  numRuns: numRuns * Number(process.env["RUNS"] ?? 1),
  seed,
});

const healthy: OddAccount = { odd: [] };

/** Good values here and there, with few mistakes: most are deployed once the fixes are applied. */
const careful: Partial<Weights> = { good: 20, missing: 300, "near miss": 1, nonsense: 1, "in clear": 1, foreign: 0 };

/** What the tests of a layer are made of. */
export function propertiesOf(layer: AnyConfiguration) {
  const { settings, samples = {}, good } = layer;
  const project = projectOf(layer.layer);
  const typist = { settings, project, samples };
  const fullKey = (key: string): string => (key.includes(":") ? key : `${project}:${key}`);
  const isError = ({ severity }: ConfigProblem): boolean => severity !== "warning";

  const check = (found: Found, account: OddAccount): Promise<Checked> =>
    withFakeAws(answersOf(account, layer.aws ?? {}), (aws) => layer.check(found, aws));
  const errorsIn = async (found: Found, account: OddAccount): Promise<ConfigProblem[]> =>
    (await check(found, account)).problems.filter(isError);

  const clumsyConfig = arbitraryConfig(settings, project, { samples });
  const carefulConfig = arbitraryConfig(settings, project, { samples, weights: careful }).map((config) => ({
    ...config,
    found: { ...config.found, ...good },
    typings: Object.fromEntries(Object.entries(config.typings).filter(([key]) => good[fullKey(key)] === undefined)),
  }));
  const anyCase = fc.record({ config: fc.oneof(clumsyConfig, carefulConfig), account: arbitraryAccount() });

  /** What a user could do nothing with in the problems. */
  function useless(problems: ConfigProblem[], { found, secrets }: Pick<TypedConfig, "found" | "secrets">): string[] {
    const keys = [...Object.keys(settings), ...Object.keys(found).map((key) => key.replace(`${project}:`, ""))];
    const texts = Object.values(found).map(({ text }) => text);
    return problems.flatMap((problem) => [
      ...unclearIn(problem, { keys, texts, secrets }),
      ...commandsIn(problem.fix ?? "").flatMap((commands) => {
        try {
          afterCommands(commands, found, typist);
          return [];
        } catch (error) {
          return [`${(error as Error).message}: ${line(problem)}`];
        }
      }),
    ]);
  }

  /**
   * The configuration after the suggested commands are run in a healthy account, one after the other, and settings without a
   * suggestion are left out. Undefined where that isn't enough.
   */
  async function settled(before: Found): Promise<Found | undefined> {
    let found = before;
    const circle: ConfigProblem[] = [];
    for (let step = 0; step < 60; step++) {
      const errors = await errorsIn(found, healthy);
      const problem = errors[0];
      if (problem === undefined) {
        return found;
      }
      circle.push(problem);
      const alternatives = commandsIn(problem.fix ?? "").map((commands) => afterCommands(commands, found, typist));
      for (const after of alternatives) {
        const left = await errorsIn(after, healthy);
        expect(left.map(line), "after what is suggested").to.not.include(line(problem));
      }
      const [first] = alternatives;
      if (first !== undefined) {
        found = first;
        continue;
      }
      const key = fullKey(problem.key);
      if (found[key] === good[key]) {
        return undefined;
      }
      const { [key]: _removed, ...others } = found;
      found = good[key] ? { ...others, [key]: good[key] } : others;
    }
    throw new Error(`what is suggested goes round in circles: ${circle.slice(-4).map(line).join("\n")}`);
  }

  /** Runs the program; the problems for which it refuses. */
  async function deploy(found: Found, account: OddAccount): Promise<string | undefined> {
    const config = Object.fromEntries(Object.entries(found).map(([key, { text }]) => [key, text]));
    try {
      await run({
        ...{ layer: layer.layer, folder: layer.folder, stacks: layer.stacks, calls: layer.calls },
        aws: answersOf(account, layer.aws ?? {}),
        config: { "aws:region": undefined, ...config },
        secretKeys: Object.keys(found).filter((key) => found[key]?.encrypted),
      });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  return { check, isError, errorsIn, clumsyConfig, carefulConfig, anyCase, useless, settled, deploy };
}

/** Tests that every configuration of a layer is refused in plain words, or deployed. */
export function describeAnyConfiguration(layer: AnyConfiguration): void {
  const { settings, good } = layer;
  const project = projectOf(layer.layer);
  const { check, isError, errorsIn, carefulConfig, anyCase, useless, settled, deploy } = propertiesOf(layer);

  describe("any configuration, whatever AWS answers,", () => {
    it("is refused in plain words, or nothing is missing", () =>
      fc.assert(
        fc.asyncProperty(anyCase, async ({ config, account }) => {
          const { problems, isFit } = await check(config.found, account);
          expect(useless(problems, config)).to.deep.equal([]);
          const wrong = Object.entries(config.typings).filter(([, typing]) =>
            ["nonsense", "in clear"].includes(typing),
          );
          expect(problems.map(({ key }) => key)).to.include.members(wrong.map(([key]) => key));
          expect(isFit || problems.some(isError), "nothing is wrong, but something is missing").to.equal(true);
        }),
        times(200),
      ));

    it("gets good by what the refusals suggest", () =>
      fc.assert(
        fc.asyncProperty(carefulConfig, async ({ found }) => {
          await settled(found);
        }),
        times(30),
      ));

    it("is deployed where nothing was found wrong, and refused for what was", () =>
      fc.assert(
        fc.asyncProperty(carefulConfig, arbitraryAccount(), fc.boolean(), async ({ found }, account, settle) => {
          const config = (settle ? await settled(found) : undefined) ?? found;
          const errors = await errorsIn(config, account);
          const message = await deploy(config, account);
          if (errors.length === 0) {
            expect(message).to.equal(undefined);
          } else {
            const lines = errors.map(({ key, reason, fix }) => `  ${key}: ${reason}${fix ? `\n    fix: ${fix}` : ""}`);
            expect(message?.split("\n").slice(1).join("\n")).to.equal(lines.join("\n"));
          }
        }),
        times(12),
      ));
  });

  describe("a good configuration", () => {
    const flags = Object.keys(settings).filter((key) => settings[key]?.kind === "flag");
    const pairs = flags.flatMap((first, index) => flags.slice(index + 1).map((second) => [first, second] as const));
    const withFlags = (values: Record<string, boolean>): Found => ({
      ...good,
      ...Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`${project}:${key}`, { text: String(value), encrypted: false }]),
      ),
    });

    it("is refused in plain words, or nothing is missing, with any two flags", async () => {
      for (const [first, second] of pairs) {
        const found = withFlags({ [first]: true, [second]: settings[second]?.default !== true });
        const { problems, isFit } = await check(found, healthy);
        expect(useless(problems, { found, secrets: [] })).to.deep.equal([]);
        expect(isFit || problems.some(isError)).to.equal(true);
        expect(await settled(found)).not.to.equal(undefined);
      }
    });

    it("is deployed with any two flags that go together", async () => {
      const bits = Array.from({ length: Math.ceil(Math.log2(flags.length)) }, (_, bit) => bit);
      const rows = [
        ...bits.flatMap((bit) => [1, 0].map((one) => (index: number) => (index >> bit) % 2 === one)),
        () => true,
      ];
      for (const isOn of rows) {
        const found = await settled(withFlags(Object.fromEntries(flags.map((key, index) => [key, isOn(index)]))));
        expect(found && (await deploy(found, healthy))).to.equal(undefined);
      }
    });
  });
}

function line({ key, reason, fix = "" }: ConfigProblem): string {
  return `${key}: ${reason} | ${fix}`;
}
