import { awsClients, isErrorNamed } from "@selfhosted/common";
import { carryOut, findBackend, planBackend } from "../backend/backend";
import { backendUrl, requireAsked, secretsProvider } from "../backend/place";
import { command, requireEnv, requireFlag } from "../command";
import { confirm } from "../confirm";
import { enterAccount } from "../environment";
import { requireRegion } from "../region";
import { causeOf, explain } from "../report";

/** `make backend`: the bucket and the key for Pulumi's own state. Says what it will do, and asks; a second run changes nothing. */
command(
  {
    env: { type: "string" },
    "state-bucket": { type: "string" },
    "state-key": { type: "string" },
    "deployer-role-arn": { type: "string" },
    yes: { type: "string" },
  },
  async (args) => {
    const agreed = requireFlag("YES", args.yes);
    const asked = requireAsked({
      bucket: args["state-bucket"],
      keyAlias: args["state-key"],
      deployers: args["deployer-role-arn"],
    });
    const { name, stack, isSandbox } = await enterAccount(requireEnv(args.env));
    const region = requireRegion(process.env["AWS_REGION"]);
    const aws = awsClients({ region });
    const { place, found } = await findBackend(aws, asked, region).catch((error: unknown) => {
      throw new Error(explain(error, "what is there of the bucket and the key"));
    });
    const plan = planBackend(place, found);
    console.log(`Pulumi's state for ${name}, in account ${place.location.accountId}, region ${region}:`);
    plan.steps.forEach((step) => console.log(`  ${step}`));
    if (plan.steps.length === 0) {
      console.log(
        `  S3 bucket ${place.bucket} and KMS key ${place.keyAlias} are there as they should be; nothing to change`,
      );
    }
    console.log(`  open to: ${[...place.deployers, "whom the account's IAM lets in"].join(", ")}`);
    if (plan.steps.length > 0) {
      if (!isSandbox && !agreed && !(await confirm(`make backend ENV=${name} YES=1`, "Type yes to go on: ", "yes"))) {
        console.log("Nothing was changed.");
        return 1;
      }
      await carryOut(aws, plan).catch((error: unknown) => {
        const isUnknown = isErrorNamed(error, /^MalformedPolicy/);
        const cause = isUnknown ? ` Is each of these there: ${place.deployers.join(", ")}?` : "";
        throw new Error(`${causeOf(error)}${cause}\nWhat was made so far stays. Run this again: it does the rest.`);
      });
      console.log("Done.");
    }
    console.log(`\nLog in to it, and have each stack keep its secrets with the key:`);
    console.log(`  export AWS_REGION=${region}`);
    console.log(`  pulumi login '${backendUrl(place)}'`);
    console.log(`  pulumi stack init ${stack} --secrets-provider='${secretsProvider(place)}'`);
    if (isSandbox) {
      console.log(`\nThat was a rehearsal: ENV=${name} itself keeps its state in .local/state/.`);
    }
    return 0;
  },
);
