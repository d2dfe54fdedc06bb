import { type Check, type ConfigProblem, lookUp, nothingToCheck, resultOf } from "@selfhosted/common";
import type { Config } from "../../config";
import type { Clusters } from "./clusters";

/**
 * Words that MySQL 8.0 reserves, of up to 16 letters: https://dev.mysql.com/doc/refman/8.0/en/keywords.html. RDS takes none of the
 * engine's for an administrator: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (`MasterUsername`)
 */
const reservedWords = new Set(
  `accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case change char
  character check collate column condition constraint continue convert create cross cube cume_dist current_date current_time
  current_user cursor database databases day_hour day_microsecond day_minute day_second dec decimal declare default delayed delete
  dense_rank desc describe deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped except
  exists exit explain false fetch first_value float float4 float8 for force foreign from fulltext function generated get grant group
  grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore in index infile inner inout insensitive
  insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids is iterate join json_table key
  keys kill lag last_value lateral lead leading leave left like limit linear lines load localtime localtimestamp lock long longblob
  longtext loop low_priority master_bind match maxvalue mediumblob mediumint mediumtext middleint minute_second mod modifies natural
  not no_write_to_binlog nth_value ntile null numeric of on optimize optimizer_costs option optionally or order out outer outfile over
  partition percent_rank precision primary procedure purge range rank read reads read_write real recursive references regexp release
  rename repeat replace require resignal restrict return revoke right rlike row rows row_number schema schemas second_microsecond
  select sensitive separator set show signal smallint spatial specific sql sqlexception sqlstate sqlwarning sql_big_result ssl starting
  stored straight_join system table terminated then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock
  unsigned update usage use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying virtual when where
  while window with write xor year_month zerofill`.split(/\s+/),
);

/** Accounts that RDS makes in the database, and words that MySQL uses for its own, without reserving them. */
const taken = ["rdsrepladmin", "mysql", "user"];

/** A new database can have an administrator of that name. */
export function lookUpUsername(config: Config, clusters: Promise<Check<Clusters>>): Promise<Check> {
  const key = "databaseUsername";
  return lookUp({ name: "database administrator's name", key, what: "the database" }, async () => {
    const { own } = await resultOf(clusters);
    const { databaseUsername: name, databaseRestoreFromSnapshot: snapshot } = config;
    if (own !== undefined || snapshot !== undefined) {
      return nothingToCheck;
    }
    const fix = "take another name, such as pulumi_admin";
    const problem: ConfigProblem[] = reservedWords.has(name)
      ? [{ key, reason: `found ${name}, a word that MySQL reserves, and AWS refuses`, fix }]
      : taken.includes(name)
        ? [
            {
              key,
              reason: `found ${name}, a name of MySQL's or RDS's own, which AWS may refuse`,
              fix,
              severity: "warning",
            },
          ]
        : [];
    return { detail: name, problems: problem };
  });
}
