import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  applicationContract,
  awsProvider,
  Component,
  dnsContract,
  logicalName,
  program,
  publish,
  readOutputs,
  refuse,
  standardTags,
} from "../..";

/** A layer as small as one can be: reads the layer above, makes one component, publishes. */
class Notice extends Component {
  constructor(name: string, child: string, opts: pulumi.ComponentResourceOptions) {
    super("dns", "Notice", name, opts);
    new aws.sns.Topic(child, {}, { parent: this });
    this.registerOutputs({});
  }
}

export = program(async () => {
  const stack = pulumi.getStack();
  const { outputs, problems } = await readOutputs(applicationContract, `organization/selfhosted-application/${stack}`);
  await refuse(problems);
  const { name, region, tags } = outputs.installation;
  const provider = awsProvider(logicalName(name, stack, "aws"), {
    region,
    accountId: "111122223333",
    tags: standardTags({ name, layer: "dns", stack, extra: tags }),
  });
  const notice = logicalName(name, stack, "notice");
  new Notice(notice, new pulumi.Config().get("child") ?? `${notice}-topic`, { provider });
  return publish(dnsContract, {
    apiUrl: `https://${outputs.api.domain}`,
    consoleUrl: `https://${outputs.console.domain}`,
    zoneId: "Z1",
    records: [],
  });
});
