import { type ConfigProblem, type Layer, sizes } from "@selfhosted/common";
import { layers } from "../layers";
import {
  type Choice,
  type Choose,
  type Decision,
  isDecision,
  isProblem,
  isQuestion,
  type Known,
  type Question,
} from "./choice";
import type { Facts } from "./facts";
import { chooseSecretsProvider, chooseServiceKey } from "./keys";
import { chooseCertificate, chooseDomain, chooseZone } from "./names";
import {
  chooseClients,
  chooseInternal,
  chooseIsolatedSubnets,
  choosePrivateSubnets,
  choosePublicSubnets,
  chooseVpc,
} from "./network";
import { chooseRelease } from "./release";
import { faultOf, layerOf } from "./settings";

const chooseRegion: Choose = ({ region }) => ({
  key: "aws:region",
  value: region,
  because: "the region of your AWS settings",
});

const chooseAccount: Choose = ({ accountId, caller }) => ({
  key: "accountId",
  value: accountId,
  because: `that of ${caller}; credentials of any other are refused from now on`,
});

const chooseSize: Choose = () => ({
  key: "size",
  asks: "Size of everything; small is what the vendor calls the start of production",
  choices: sizes.map((size) => ({ value: size, name: size })),
  default: "small",
});

const askLicence: Choose = () => ({ key: "licenseKey", asks: "File with the licence key of the vendor", isFile: true });

/** In the order in which one decides over the next. */
const choosers: [string, Choose][] = [
  ["aws:region", chooseRegion],
  ["accountId", chooseAccount],
  ["secretsProvider", chooseSecretsProvider],
  ["size", chooseSize],
  ["vpcId", chooseVpc],
  ["privateSubnetIds", choosePrivateSubnets],
  ["isolatedSubnetIds", chooseIsolatedSubnets],
  ["publicSubnetIds", choosePublicSubnets],
  ["internal", chooseInternal],
  ["allowedCidrBlocks", chooseClients],
  ["serviceKeyId", chooseServiceKey],
  ["imageTag", chooseRelease],
  ["domain", chooseDomain],
  ["certificateArn", chooseCertificate],
  ["zoneId", chooseZone],
  ["licenseKey", askLicence],
];

/** What init makes of an account and some answers. Where there are neither questions nor problems, it is a configuration. */
export interface Proposal {
  decisions: Decision[];
  questions: Question[];
  problems: ConfigProblem[];
}

/** Decides what follows from the account and the answers; an answer goes before what was found. */
export function propose(facts: Facts, answers: Known): Proposal {
  const choices: Choice[] = [];
  const known: Record<string, string | undefined> = { ...answers };
  for (const [key, choose] of choosers) {
    const answer = answers[key];
    const choice = answer === undefined ? choose(facts, known) : answered(key, answer);
    if (isDecision(choice)) {
      known[choice.key] = choice.value;
    }
    choices.push(choice);
  }
  const others = Object.entries(answers).filter(([key]) => choosers.every(([each]) => each !== key));
  choices.push(...others.flatMap(([key, value]) => (value === undefined ? [] : [answered(key, value)])));
  return {
    decisions: choices.filter(isDecision),
    questions: choices.filter(isQuestion),
    problems: choices.filter(isProblem),
  };
}

function answered(key: string, value: string): Choice {
  return faultOf(key, value) ?? { key, value, because: "as answered" };
}

/** For where nobody can be asked: a question that has a default isn't one. */
export function withoutAsking(proposal: Proposal): Proposal {
  const { decisions, questions } = proposal;
  const defaults = questions.flatMap(({ key, default: value }): Decision[] =>
    value === undefined ? [] : [{ key, value, because: "the default", isDefault: true }],
  );
  return {
    ...proposal,
    decisions: [...decisions, ...defaults],
    questions: questions.filter((question) => question.default === undefined),
  };
}

/** The values to be configured, by layer. */
export function configurationOf(decisions: Decision[]): Record<Layer, Record<string, string>> {
  const of = (layer: Layer): Record<string, string> =>
    Object.fromEntries(
      decisions
        .filter(({ key, isDefault }) => layerOf(key) === layer && !isDefault)
        .map(({ key, value }) => [key, value]),
    );
  const [infrastructure, application, dns] = layers.map(of);
  return { infrastructure: infrastructure ?? {}, application: application ?? {}, dns: dns ?? {} };
}
