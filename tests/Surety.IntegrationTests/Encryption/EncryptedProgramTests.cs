using System.Text;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Encryption;

public sealed class EncryptedProgramTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Everything_that_is_done_with_a_backup_works_and_nothing_of_it_can_be_read()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = await EncryptedAsync(shop);

        await surety.RequireAsync("backup", "--description", "secret plan", "--tag", "ticket=4711");
        var again = await surety.RequireAsync("backup");
        again.GetProperty("newObjects").GetInt64().ShouldBeLessThan(again.GetProperty("objects").GetInt64());
        (await surety.RequireAsync("verify")).GetProperty("damaged").GetArrayLength().ShouldBe(0);
        var id = again.GetProperty("id").GetString()!;
        var copy = $"{shop.Database}_copy";
        await surety.RequireAsync("restore", id, "--into", copy);
        await ShouldBeExact(surety, id, $"{shop.WithDatabase(copy)}");
        await PostgresFixture.ExecuteAsync(shop, $"DROP DATABASE {copy}");

        await PostgresFixture.ExecuteAsync(shop, "TRUNCATE order_items; UPDATE products SET name = name || '?'");
        var diff = await surety.RunAsync("diff", id, "--json");
        diff.ExitCode.ShouldBe(3, diff.Error);
        await surety.RequireAsync("rollback", id, "--yes");
        await ShouldBeExact(surety, id, shop.ToString());
        (await surety.RunAsync("guard", "--on-failure", "rollback", "--", "false")).ExitCode.ShouldBe(1);
        (await surety.RunAsync("doctor")).Out.ShouldContain("format 1, encrypted");

        ShouldTellNothing(
            surety,
            ["order_items", "products", "customers", "secret plan", "4711", "ticket", shop.Database]
        );
    }

    [Fact]
    public async Task A_change_of_the_key_that_is_killed_leaves_one_that_opens()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var surety = await EncryptedAsync(shop);
        var current = surety.Environment["SURETY_KEY_FILE"]!;
        var delay = FullRun.Of(80, 8);
        for (var round = 1; round * delay <= 400; round++)
        {
            var next = $"next-{round}.key";
            using var process = surety.Start("key", "change", "--new-key-file", next);
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(round * delay));
            process.Kill();
            await process.WaitForExitAsync();

            surety.Environment["SURETY_KEY_FILE"] = current;
            if ((await surety.RunAsync("key", "list")).ExitCode != 0)
            {
                surety.Environment["SURETY_KEY_FILE"] = current = next;
                (await surety.RunAsync("key", "list")).ExitCode.ShouldBe(0, $"round {round}");
            }
        }

        (await surety.RequireAsync("verify")).GetProperty("damaged").GetArrayLength().ShouldBe(0);
    }

    private static async Task<SuretyProgram> EncryptedAsync(ConnectionTarget database)
    {
        var surety = new SuretyProgram();
        surety.Use(database);
        await surety.RequireAsync("init", "--encrypt", "--new-key-file", "my.key");
        surety.Environment["SURETY_KEY_FILE"] = "my.key";
        return surety;
    }

    private static async Task ShouldBeExact(SuretyProgram surety, string id, string database) =>
        (await surety.RequireAsync("validate", id, "--db", database)).GetProperty("exact").GetBoolean().ShouldBeTrue();

    private static void ShouldTellNothing(SuretyProgram surety, string[] secrets)
    {
        var files = Directory.GetFiles(surety.Repository, "*", SearchOption.AllDirectories);
        files.Length.ShouldBeGreaterThan(20);
        foreach (var file in files.Where(file => !file.EndsWith("RECOVER.md", StringComparison.Ordinal)))
        {
            var text = $"{Path.GetFileName(file)} {Encoding.Latin1.GetString(File.ReadAllBytes(file))}";
            secrets.Where(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(file);
        }
    }
}
