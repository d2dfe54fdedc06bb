import { command, requireFlag, requireTypedEnv } from "../command";
import { enterPulumi, stackOf } from "../environment";
import { readAnswers } from "../init/answers";
import { agreed, mayReplace } from "../init/consent";
import { discover, regionOf } from "../init/discover";
import { findExisting } from "../init/existing";
import { configurationOf } from "../init/propose";
import { refusal, settle } from "../init/questions";
import { writeStacks } from "../init/write";
import { layers } from "../layers";
import { preflight } from "../preflight/preflight";
import { readStacks } from "../stacks";

/** `make init`: makes the three stacks of an environment, configured from what the account holds and a few answers. */
command({ env: { type: "string" }, answers: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const replace = requireFlag("YES", args.yes);
  const name = requireTypedEnv(args.env);
  const stack = stackOf(name);
  const { answers, problems } = args.answers ? readAnswers(args.answers) : { answers: {}, problems: [] };
  if (problems.length > 0) {
    throw new Error(refusal(problems, []));
  }
  await enterPulumi();
  const { files, stacks } = await findExisting(name, stack);
  if (!(await mayReplace(files, name, replace))) {
    return 1;
  }
  console.log("looking up what the account holds …");
  const facts = await discover(await regionOf(answers), answers);
  const isTerminal = process.stdin.isTTY;
  const { decisions } = await settle(facts, answers, isTerminal);
  if (!(await agreed(decisions, isTerminal))) {
    return 1;
  }
  const secretsProvider = decisions.find(({ key }) => key === "secretsProvider")?.value ?? "";
  const configuration = configurationOf(decisions);
  await writeStacks({ name, stack, backend: facts.backend, secretsProvider, configuration, replaced: stacks });
  const environment = { name, stack, isSandbox: false };
  return preflight(environment, await readStacks(environment, { configurationOf: layers }));
});
