import { awsError, fakeClients } from "@selfhosted/common/testing";
import { expect } from "chai";
import { passwordOf } from "../../adoption/password";
import { api } from "./recorded";

const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:pulumi-db-AbCdEf";
const stored = { user: "pulumi", password: "as-it-is-7Q" };

type Variables = Record<string, string>;

function read(environment: Variables, secrets: Variables, answer: () => object = () => ({ SecretString: "" })) {
  const asked: unknown[] = [];
  const aws = fakeClients({ "secrets:GetSecretValue": (input) => (asked.push(input), answer()) });
  return passwordOf(aws, { ...api, environment, secrets }, "pulumi").then((password) => ({ password, asked }));
}

describe("The password of the API that runs", () => {
  const user = { PULUMI_DATABASE_USER_NAME: "pulumi" };
  const secret = (valueFrom: string) => ({ PULUMI_DATABASE_USER_PASSWORD: valueFrom });

  it("is a variable, or a secret as a whole", async () => {
    expect(await read({ ...user, ...secret("plain-7Q") }, {})).to.deep.equal({ password: "plain-7Q", asked: [] });
    const whole = await read(user, secret(arn), () => ({ SecretString: "as-it-is-7Q" }));
    expect(whole).to.deep.equal({ password: "as-it-is-7Q", asked: [{ SecretId: arn }] });
  });

  it("is a key in the JSON of a secret's version, as the user may be", async () => {
    const found = await read(
      {},
      { PULUMI_DATABASE_USER_NAME: `${arn}:user::`, ...secret(`${arn}:password:AWSPREVIOUS:`) },
      () => ({ SecretString: JSON.stringify(stored) }),
    );
    expect(found.password).to.equal("as-it-is-7Q");
    expect(found.asked).to.deep.equal([{ SecretId: arn }, { SecretId: arn, VersionStage: "AWSPREVIOUS" }]);
  });

  it("isn't known where it connects as another user, or the secret isn't to be read", async () => {
    const other = await read({ PULUMI_DATABASE_USER_NAME: "app", ...secret("plain-7Q") }, {});
    const parameter = await read(user, secret("arn:aws:ssm:eu-central-1:111122223333:parameter/password"));
    const noJson = await read(user, secret(`${arn}:password::`), () => ({ SecretString: "no json" }));
    for (const { password } of [other, parameter, noJson]) {
      expect(password).to.equal(undefined);
    }
    for (const name of ["AccessDeniedException", "ResourceNotFoundException", "DecryptionFailure"]) {
      const denied = await read(user, secret(arn), () => {
        throw awsError(name, "no");
      });
      expect(denied.password, name).to.equal(undefined);
    }
  });
});
