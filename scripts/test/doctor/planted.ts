import type { KnownSecret } from "../../doctor/redact/known";

/** Secrets of the environment itself. */
export const known: KnownSecret[] = [
  { name: "smtpPassword", value: `Tr0ub4dor &"3/+ä<x>` },
  { name: "databasePassword", value: "DQW6a2tIwtdemnicLdJ7LiTxmCGS0csJ" },
  {
    name: "samlPrivateKey",
    value: `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2)}\n${"BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj".repeat(2)}\n-----END PRIVATE KEY-----\n`,
  },
  { name: "short", value: "x9f2" },
  { name: "twoLines", value: "first-half-of-it\nsecond-half-of-it" },
];

const [smtp = "", database = "", , short = ""] = known.map(({ value }) => value);
const keyLine = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2);

export interface Planted {
  form: string;
  text: string;
  /** None of which may be left. */
  secrets: string[];
}

const inGo = JSON.stringify(smtp).slice(1, -1).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c");
const allEscaped = [...database].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const unknown = "hunter2-Swordfish";
const jwt =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const pem = [
  "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF",
  "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYwJalrXUtnFEMIK7MDENGbPxRfi",
];

/** What is known, as it is and encoded. */
const ofKnown: Record<string, [string, ...string[]]> = {
  "a known secret": [`login with ${smtp} failed`, smtp],
  "a known secret in JSON": [`{"x":${JSON.stringify(smtp)}}`, smtp],
  "a known secret in JSON in JSON": [JSON.stringify(JSON.stringify({ x: smtp })), smtp],
  "a known secret in Go's JSON": [`"${inGo}"`, smtp, inGo],
  "a known secret, all escaped": [allEscaped, database, allEscaped],
  "a known secret in a URL": [`GET /x?y=${encodeURIComponent(smtp)}&z=1`, smtp],
  "a known secret in a URL, twice": [
    `GET /x?y=${encodeURIComponent(encodeURIComponent(smtp))}`,
    smtp,
    encodeURIComponent(encodeURIComponent(smtp)),
  ],
  "a known secret in a form": [
    new URLSearchParams({ y: smtp }).toString(),
    smtp,
    new URLSearchParams({ y: smtp }).toString(),
  ],
  "a known secret in base64": [`got ${base64(smtp)}`, smtp],
  "a known secret in base64 for URLs": [`got ${Buffer.from(smtp).toString("base64url")}`, smtp],
  "a known secret after another word in base64": [`got ${base64(`mailer:${smtp}`)}`, smtp, base64(`mailer:${smtp}`)],
  "a known secret after two letters in base64": [
    `got ${base64(`ab${database}cd`)}`,
    database,
    base64(`ab${database}cd`),
  ],
  "a known secret in base64 in base64": [`got ${base64(base64(database))}`, database, base64(base64(database))],
  "a known secret in base64, folded": [
    `got ${base64(database).replace(/.{20}/g, "$&\n  ")}`,
    base64(database).slice(0, 20),
    base64(database).slice(20, 40),
  ],
  "a known secret in hexadecimal": [`0x${Buffer.from(database).toString("hex")}`, database],
  "a known secret, folded": [
    `${database.slice(0, 10)}\\\n   ${database.slice(10)}`,
    database.slice(0, 10),
    database.slice(10),
  ],
  "a known secret in the middle of a word": [`x${database}y`, database],
  "a known secret in HTML": [`<p>Tr0ub4dor &amp;&quot;3/+ä&lt;x&gt;</p>`, "Tr0ub4dor"],
  "a short known secret": [`code ${short}, again`, short],
  "a line of a known key": [`read ${keyLine}`, keyLine],
  "a known secret of two lines": ["first-half-of-it\\nsecond-half-of-it", "first-half-of-it", "second-half-of-it"],
};

/** What only looks like a secret. */
const ofOthers: Record<string, [string, ...string[]]> = {
  "a JWT": [`licence ${jwt} is old`, jwt, jwt.split(".")[2] ?? ""],
  "a JWT in base64": [`x ${base64(jwt)}`, jwt, base64(jwt)],
  "a private key": [`-----BEGIN RSA PRIVATE KEY-----\n${pem.join("\n")}\n-----END RSA PRIVATE KEY-----`, ...pem],
  "a private key on one line": [
    `-----BEGIN EC PRIVATE KEY-----\\n${pem.join("\\n")}\\n-----END EC PRIVATE KEY-----\\n`,
    ...pem,
  ],
  "a private key without its end": [`-----BEGIN OPENSSH PRIVATE KEY-----\n${pem.join("\n")}`, ...pem],
  "a private key without its beginning": [`${pem.join("\n")}\n-----END PRIVATE KEY-----`, ...pem],
  "an AWS access key id": ["user AKIAIOSFODNN7EXAMPLE was refused", "AKIAIOSFODNN7EXAMPLE"],
  "an AWS secret key by itself": [`credentials ${awsSecret} are wrong`, awsSecret],
  "an AWS secret key in a profile": [`[default]\naws_secret_access_key = ${awsSecret}`, awsSecret],
  "an AWS session token": [`IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx`, "IQoJb3JpZ2luX2VjEJr"],
  "a presigned URL": [
    `GET https://b.s3.amazonaws.com/k?X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261126&X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024`,
    "ASIAIOSFODNN7EXAMPLE",
    "fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024",
  ],
  "a signed request": [
    `Authorization: AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/x, Signature=fe5f80f77d5fa3beca038a248ff027d0`,
    "ASIAIOSFODNN7EXAMPLE",
    "fe5f80f77d5fa3beca038a248ff027d0",
  ],
  "a bearer token": [`-H "Authorization: Bearer ${unknown}"`, unknown],
  "a basic header": [`authorization: Basic ${base64(`bob:${unknown}`)}`, unknown, base64(`bob:${unknown}`)],
  "a header of Pulumi's": [
    `Authorization: token pul-0123456789abcdef0123456789abcdef01234567`,
    "pul-0123456789abcdef0123456789abcdef01234567",
  ],
  "a Pulumi token": [
    `PAT pul-0123456789abcdef0123456789abcdef01234567 expired`,
    "pul-0123456789abcdef0123456789abcdef01234567",
  ],
  "a GitHub token": [`clone with ghp_0123456789abcdefghijABCDEFGHIJ012345`, "ghp_0123456789abcdefghijABCDEFGHIJ012345"],
  "a Slack webhook": [`POST https://hooks.slack.com/services/T000/B000/XXXXabcd1234`, "XXXXabcd1234"],
  "a cookie": [`Set-Cookie: session=${unknown}; HttpOnly`, unknown],
  "a URL with a password": [`dial mysql://pulumi:${unknown}@db.example.com:3306/pulumi`, unknown],
  "a URL with a password and no user": [`redis://:${unknown}@cache:6379`, unknown],
  "a DSN of Go": [`pulumi:${unknown}@tcp(db.example.com:3306)/pulumi?tls=true`, unknown],
  "a JDBC URL": [`jdbc:mysql://db:3306/x?user=pulumi&password=${unknown}`, unknown],
  "a connection string": [`Server=db;Uid=pulumi;Pwd=${unknown};`, unknown],
  "a variable of a file": [`export DB_PASSWORD="${unknown} two"`, unknown],
  "a variable of a shell": [`SMTP_PASSWORD=${unknown}`, unknown],
  "a value in YAML": [`password: ${unknown}`, unknown],
  "a sentence in YAML": [`  apiToken: correct horse battery`, "correct horse battery"],
  "a value in JSON": [`{"dbPassword": "${unknown}"}`, unknown],
  "a number in JSON": [`{"password": 58251937}`, "58251937"],
  "values in a list of JSON": [`{"token": ["a", "${unknown}"]}`, unknown],
  "a value of a value in JSON": [`{"token": {"type": "text", "value": "${unknown}"}}`, unknown],
  "a value in escaped JSON": [`"{\\"client_secret\\":\\"${unknown}\\"}"`, unknown],
  "a value in escaped JSON that is cut off": [`{"a": "{\\"client_secret\\": \\"${unknown}\\", \\"b`, unknown],
  "a value with escaped quotation marks": [`password="a\\"${unknown}"`, unknown],
  "a value in logfmt": [`level=info token=${unknown} user=bob`, unknown],
  "a value in an object of JavaScript": [`{ user: 'bob', password: '${unknown}' }`, unknown],
  "a query": [`GET /callback?code=1&access_token=${unknown}&x=y`, unknown],
  "an option": [`mysqldump --user bob --password ${unknown} x`, unknown],
  "a short option": [`mysql -u root -p${unknown} x`, unknown],
  "credentials of curl": [`curl -s -u bob:${unknown} https://x`, unknown],
  "a variable of a container": [`{"name":"DB_PASSWORD","value":"${unknown}"}`, unknown],
  "a variable of a container as the CLI has it": [`name=DB_PASSWORD,value=${unknown}`, unknown],
  "a long option": [`x --password=${unknown} y`, unknown],
  "a line of .npmrc": [`//registry.example.com/:_authToken=${unknown}`, unknown],
  "a password in SQL": [`ALTER USER 'x'@'%' IDENTIFIED BY '${unknown}'`, unknown],
  "an option of a login": [`docker login -u x -p ${unknown} registry.example.com`, unknown],
  "credentials of a host": [`dial bob:${unknown}@db.internal:3306`, unknown],
  "a secret in a sentence": ["the token Zq7mXw92Lk is refused", "Zq7mXw92Lk"],
  "an attribute": [`<add key="ApiKey" value="${unknown}" />`, unknown],
  "an entry of Docker's configuration": [
    `{"auths":{"r":{"auth":"${base64(`u:${unknown}`)}"}}}`,
    unknown,
    base64(`u:${unknown}`),
  ],
  "a key of Rails": [`secret_key_base: ${unknown}`, unknown],
  "an element": [`<password>${unknown}</password>`, unknown],
  "a header of its own": [`X-Api-Key: ${unknown}`, unknown],
};

export const planted: Planted[] = Object.entries({ ...ofKnown, ...ofOthers }).map(([form, [text, ...secrets]]) => {
  return { form, text, secrets };
});

/** Only in texts of several lines, which nothing else may be put before. */
export const inFiles: Planted[] = [
  { form: "variables in YAML", text: `env:\n  - name: DB_PASSWORD\n    value: ${unknown}\n`, secrets: [unknown] },
  { form: "a block in YAML", text: `privateKey: |\n  ${unknown}\n  second ${unknown}\nnext: 1\n`, secrets: [unknown] },
  {
    form: "lines of .env",
    text: `A=1\nCLIENT_SECRET=${unknown} with spaces\nB=2\n`,
    secrets: [`${unknown}`, "with spaces"],
  },
];
