using Surety.Core.Migrations.Runs;
using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Tests.Migrations.Runs;

public sealed class RunnableScriptTests
{
    [Theory]
    [InlineData("CREATE TABLE a (i int); DROP TABLE b;", true, 2)]
    [InlineData("BEGIN; CREATE TABLE a (i int); COMMIT;", true, 1)]
    [InlineData("START TRANSACTION; SELECT 1; SAVEPOINT s; ROLLBACK TO s; END WORK;", true, 3)]
    [InlineData("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT;", false, 3)]
    [InlineData("BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;", false, 6)]
    [InlineData("CREATE INDEX CONCURRENTLY a ON b (c);", false, 1)]
    [InlineData("REINDEX TABLE CONCURRENTLY a;", false, 1)]
    [InlineData("REINDEX SCHEMA a;", false, 1)]
    [InlineData("REFRESH MATERIALIZED VIEW CONCURRENTLY a;", true, 1)]
    [InlineData("ALTER TABLE a DETACH PARTITION b CONCURRENTLY;", false, 1)]
    [InlineData("VACUUM a;", false, 1)]
    [InlineData("CREATE DATABASE a;", false, 1)]
    [InlineData("ALTER SYSTEM SET a = 1;", false, 1)]
    [InlineData("-- surety:no-transaction\nSELECT 1;", false, 1)]
    [InlineData("SELECT 'CREATE INDEX CONCURRENTLY'; -- COMMIT", true, 1)]
    [InlineData("", true, 0)]
    public void One_transaction_wherever_PostgreSQL_allows_it(string sql, bool inTransaction, int statements)
    {
        var script = RunnableScript.Of(MigrationScript.Parse(sql, "V1__x.sql"));

        script.InTransaction.ShouldBe(inTransaction);
        script.Statements.ShouldBe(statements);
    }

    [Theory]
    [InlineData("SELECT 1;\n\\i other.sql", "V1__x.sql:2 has the command \\i of psql")]
    [InlineData("SELECT :name;", "V1__x.sql:1 has a variable of psql")]
    public void What_only_psql_could_run_is_refused(string sql, string fact)
    {
        var script = MigrationScript.Parse(sql, "V1__x.sql");

        var refused = Should.Throw<SuretyException>(() => RunnableScript.Of(script));

        refused.Code.ShouldBe(ErrorCode.InvalidArgument);
        refused.Message.ShouldContain(fact);
    }
}
