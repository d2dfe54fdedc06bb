import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  applicationContract,
  awsProvider,
  Component,
  dnsContract,
  known,
  logicalName,
  program,
  publish,
  readLayer,
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
  const application = readLayer(applicationContract);
  const { name, region, tags } = await known(application.installation);
  const stack = pulumi.getStack();
  const provider = awsProvider(logicalName(name, stack, "aws"), {
    region,
    accountId: "111122223333",
    tags: standardTags({ name, layer: "dns", stack, extra: tags }),
  });
  const notice = logicalName(name, stack, "notice");
  new Notice(notice, new pulumi.Config().get("child") ?? `${notice}-topic`, { provider });
  return publish(dnsContract, {
    apiUrl: pulumi.interpolate`https://${application.api.domain}`,
    consoleUrl: pulumi.interpolate`https://${application.console.domain}`,
    zoneId: "Z1",
    records: [],
  });
});
