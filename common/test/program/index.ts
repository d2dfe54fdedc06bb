import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  applicationContract,
  awsProvider,
  Component,
  contextOf,
  dnsContract,
  overrideResources,
  program,
  readOutputs,
  type ResourceOverrides,
  stackOutputs,
  throwIfInvalid,
} from "../..";

/** A layer as small as one can be: reads the layer above, makes one component, gives its outputs. */
class Notice extends Component {
  constructor(name: string, child: string, opts: pulumi.ComponentResourceOptions) {
    super("dns", "Notice", name, opts);
    new aws.sns.Topic(child, { displayName: pulumi.secret("Confidential") }, { parent: this });
    this.registerOutputs({});
  }
}

export = program(async () => {
  const stack = pulumi.getStack();
  const { outputs, problems } = await readOutputs(applicationContract, `organization/selfhosted-application/${stack}`);
  await throwIfInvalid(problems);
  const { installation } = outputs;
  const { region, accountId } = installation;
  const context = contextOf("dns", { installation, stack });
  const warnOfUnused = overrideResources(
    new pulumi.Config().getObject<ResourceOverrides>("resourceOverrides") ?? {},
    context,
  );
  const provider = awsProvider(context.name("aws"), { region, accountId, tags: context.tags });
  const notice = context.name("notice");
  new Notice(notice, new pulumi.Config().get("child") ?? `${notice}-topic`, { provider });
  await warnOfUnused();
  return stackOutputs(dnsContract, {
    apiUrl: `https://${outputs.api.domain}`,
    consoleUrl: `https://${outputs.console.domain}`,
    zoneId: "Z1",
    zoneRoleArn: undefined,
    records: [],
    healthCheckIds: undefined,
  });
});
