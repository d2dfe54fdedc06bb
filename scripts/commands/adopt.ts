import { awsClients, type ConfigProblem } from "@selfhosted/common";
import { problemsOf } from "../adoption/answers";
import { carryOut } from "../adoption/carry-out";
import { configuredOf } from "../adoption/configured";
import { nextSteps } from "../adoption/next-steps";
import { describePlan, planAdoption } from "../adoption/plan";
import { describeUpdates } from "../adoption/preview";
import { survey } from "../adoption/survey";
import { refuseDeployed } from "../adoption/unfinished";
import { command, requireFlag, requireTypedEnv } from "../command";
import { confirm } from "../confirm";
import { enter, stackOf } from "../environment";
import { readAnswers } from "../init/answers";
import { refusal } from "../init/questions";
import { layers } from "../layers";
import { refuseInterrupted } from "../recovery/interrupted";
import { readStacks } from "../stacks";

/** `make adopt`: takes the database and the buckets that another installer has made into the infrastructure layer, as they are. */
command({ env: { type: "string" }, answers: { type: "string" }, yes: { type: "string" } }, async (args) => {
  const agreed = requireFlag("YES", args.yes);
  const env = requireTypedEnv(args.env);
  stackOf(env);
  const { answers: given, problems } = args.answers ? readAnswers(args.answers) : { answers: {}, problems: [] };
  refuse([...problems, ...problemsOf(given)]);
  const environment = await enter(env);
  const stacks = await readStacks(environment, { configurationOf: layers });
  refuseInterrupted(environment, stacks);
  const configured = configuredOf(stacks, env);
  const { region, vpcId, restoresSnapshot } = configured.infrastructure;

  const found = await survey(awsClients({ region }), given, {
    ...{ region, vpcId, withDatabase: !restoresSnapshot, isTerminal: process.stdin.isTTY },
  });
  const plan = planAdoption(found.facts, found.api, found.answers, configured);
  refuse(plan.problems);
  refuseDeployed(env, stacks.infrastructure, plan.imports);
  describePlan(plan).forEach((line) => console.log(line));
  if (!agreed && !(await confirm(`make adopt ENV=${env} YES=1`, `Type ${env} to take that over: `, env))) {
    console.log("Nothing was taken over.");
    return 1;
  }
  const steps = await carryOut(environment, configured.name, plan);
  console.log("\nNothing would be replaced or deleted. What a deployment of infrastructure changes of it, in place:");
  describeUpdates(steps).forEach((line) => console.log(line));
  console.log(`\n${nextSteps(env, environment.stack, plan, configured.application.apiHost)}`);
  return 0;
});

function refuse(problems: ConfigProblem[]): void {
  if (problems.length > 0) {
    throw new Error(refusal(problems, []));
  }
}
