import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  PutDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import type { DashboardArgs } from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { allOf, json, matching, required, rule } from "../checks";
import type { Properties, ResourceType } from "../resource";
import type { Account } from "./account";
import { unlessMissing } from "./errors";

type Inputs = Unwrap<DashboardArgs>;

export const dashboardType: ResourceType<Account, Inputs> = {
  replaceOn: ["dashboardName"],
  updateOn: ["dashboardBody"],
  check: allOf(
    required("dashboardBody", "dashboardName"),
    matching("dashboardName", /^[A-Za-z0-9_-]{1,255}$/, "1 to 255 letters, digits, hyphens or underscores"),
    json("dashboardBody"),
    rule("dashboardBody", wrongWidgets),
  ),
  find: async ({ dashboardName }, { account }) => (await describe(dashboardName, account)) && dashboardName,
  async create(inputs, { account }) {
    await put(inputs, account);
    return { id: inputs.dashboardName };
  },
  async read(id, _known, { account }) {
    const found = await describe(id, account);
    return found && { dashboardArn: found.DashboardArn, dashboardBody: found.DashboardBody, dashboardName: id };
  },
  update: (_id, inputs, _olds, { account }) => put(inputs, account),
  async delete(id, _olds, { account }) {
    await unlessMissing(account.client(CloudWatchClient).send(new DeleteDashboardsCommand({ DashboardNames: [id] })));
  },
};

function describe(name: string, account: Account) {
  return unlessMissing(account.client(CloudWatchClient).send(new GetDashboardCommand({ DashboardName: name })));
}

async function put({ dashboardBody, dashboardName }: Inputs, account: Account): Promise<void> {
  const command = new PutDashboardCommand({ DashboardBody: dashboardBody, DashboardName: dashboardName });
  await account.client(CloudWatchClient).send(command);
}

/** The grid of a dashboard is 24 columns wide and a widget at most 1000 rows high. */
function wrongWidgets(body: unknown): string | undefined {
  let widgets: unknown;
  try {
    widgets = (JSON.parse(String(body)) as Properties).widgets;
  } catch {
    return undefined;
  }
  if (!Array.isArray(widgets)) return "must have a list of widgets";
  if (widgets.length > 500) return "must have no more than 500 widgets";
  const types = ["alarm", "custom", "explorer", "log", "metric", "text"];
  const wrong = (widgets as Properties[]).findIndex(
    ({ height = 6, type, width = 6, x = 0 }) =>
      !types.includes(String(type)) || Number(x) + Number(width) > 24 || Number(width) < 1 || Number(height) > 1000,
  );
  return wrong < 0 ? undefined : `must have widgets of a known type within 24 columns, which number ${wrong + 1} isn't`;
}
