using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Copy;

/// <summary><c>surety copy</c> and <c>surety bundle</c> as people run them, on a real database.</summary>
public sealed class CopyCommandTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly int Kills = FullRun.Of(3, 40);

    [Fact]
    public async Task One_target_that_fails_does_not_stop_the_others_and_each_is_named()
    {
        using var surety = await BackedUpAsync();
        var good = await RepositoryAsync(surety, "good");
        var missing = Path.Combine(surety.Folder, "missing");
        var encrypted = await RepositoryAsync(surety, "encrypted", "--encrypt");

        var run = await surety.RunAsync("copy", "latest", "--to", missing, "--to", good, "--to", encrypted, "--json");

        run.ExitCode.ShouldBe(1, run.Error);
        var targets = run.Json.GetProperty("targets").EnumerateArray().ToList();
        targets.Select(t => t.GetProperty("outcome").GetString()).ShouldBe(["failed", "done", "done"]);
        targets[0].GetProperty("error").GetProperty("code").GetString().ShouldBe("repository-not-found");
        targets[1].GetProperty("backups")[0].GetProperty("outcome").GetString().ShouldBe("copied");
        await RequireExactAsync(surety, good);
        await RequireExactAsync(surety, encrypted);
        var decrypted = await RepositoryAsync(surety, "decrypted");
        var back = await surety.RunAsync("copy", "latest", "--repo", encrypted, "--to", decrypted);
        back.ExitCode.ShouldBe(0, back.Error + back.Out);
        back.Error.ShouldContain($"the backups are encrypted, and {decrypted} is not: there they are in clear");
        var record = (await surety.RequireAsync("journal", "--operation", "copy")).GetProperty("records")[0];
        record.GetProperty("outcome").GetString().ShouldBe("failed");
        record.GetProperty("message").GetString()!.ShouldContain(missing);
    }

    [Fact]
    public async Task A_single_target_that_fails_gives_its_exit_code()
    {
        using var surety = await BackedUpAsync();

        var missing = await surety.RunAsync("copy", "latest", "--to", Path.Combine(surety.Folder, "missing"), "--json");
        var itself = await surety.RunAsync("copy", "latest", "--to", surety.Repository, "--json");

        missing.ExitCode.ShouldBe(10);
        itself.ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Copies_repair_the_repository_that_they_were_made_from()
    {
        using var surety = await BackedUpAsync();
        var copies = await RepositoryAsync(surety, "copies", "--encrypt");
        await surety.RequireAsync("copy", "--all", "--to", copies);
        var objects = Path.Combine(surety.Repository, "objects");
        foreach (var file in Directory.GetFiles(objects, "*", SearchOption.AllDirectories))
        {
            await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^1]);
        }

        (await surety.RunAsync("verify", "--json")).ExitCode.ShouldBe(3);
        var run = await surety.RunAsync("copy", "--all", "--repo", copies, "--to", surety.Repository, "--json");

        run.ExitCode.ShouldBe(0, run.Error);
        var backups = run.Json.GetProperty("targets")[0].GetProperty("backups").EnumerateArray();
        backups.Select(backup => backup.GetProperty("outcome").GetString()).ShouldBe(["repaired", "repaired"]);
        await RequireExactAsync(surety, surety.Repository);
    }

    [Fact]
    public async Task A_copy_that_is_killed_leaves_whole_backups_only_and_the_next_one_ends_it()
    {
        using var surety = await BackedUpAsync();
        var chance = FullRun.Chance(nameof(A_copy_that_is_killed_leaves_whole_backups_only_and_the_next_one_ends_it));
        for (var round = 0; round < Kills; round++)
        {
            var target = await RepositoryAsync(surety, $"target-{round}", "--encrypt");
            using (var copy = surety.Start("copy", "--all", "--to", target))
            {
                await Task.Delay(chance.Next(200, 1200));
                copy.Kill();
                await copy.WaitForExitAsync();
            }

            (await surety.RequireAsync("verify", "--repo", target)).GetProperty("damaged").GetArrayLength().ShouldBe(0);
            await surety.RequireAsync("copy", "--all", "--to", target);
            await RequireExactAsync(surety, target);
        }
    }

    [Fact]
    public async Task A_bundle_is_restored_by_its_name_and_never_overwritten()
    {
        using var surety = await BackedUpAsync();
        var file = Path.Combine(surety.Folder, "shop.tar");
        var restored = await postgres.NameDatabaseAsync();

        var bundle = await surety.RequireAsync("bundle", "latest", "--output", file);
        var again = await surety.RunAsync("bundle", "latest", "--output", file, "--json");
        await surety.RequireAsync("restore", file, "--into", restored.Database);

        bundle.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(file).Length);
        again.ExitCode.ShouldBe(4);
        again.Failure.GetProperty("code").GetString().ShouldBe("target-exists");
        surety.Use(restored);
        var id = bundle.GetProperty("backup").GetString()!;
        (await surety.RequireAsync("validate", id, "--repo", file)).GetProperty("exact").GetBoolean().ShouldBeTrue();
        (await surety.RunAsync("backup", "--repo", file, "--json")).ExitCode.ShouldBe(1);
        Directory.GetFiles(surety.Folder).ShouldHaveSingleItem();
    }

    private async Task<SuretyProgram> BackedUpAsync()
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        var surety = await SuretyProgram.OnAsync(database);
        surety.Environment["SURETY_PASSPHRASE"] = "correct horse battery staple";
        await surety.RequireAsync("backup");
        await PostgresFixture.ExecuteAsync(database, "UPDATE orders SET status = 'paid' WHERE id % 3 = 0");
        await surety.RequireAsync("backup");
        return surety;
    }

    private static async Task<string> RepositoryAsync(SuretyProgram surety, string name, params string[] options)
    {
        var path = Path.Combine(surety.Folder, name);
        await surety.RequireAsync(["init", "--repo", path, .. options]);
        return path;
    }

    /// <summary>The live database is what the newest backup of a repository holds, and all of that repository is whole.</summary>
    private static async Task RequireExactAsync(SuretyProgram surety, string repository)
    {
        var validation = await surety.RequireAsync("validate", "latest", "--repo", repository);
        validation.GetProperty("exact").GetBoolean().ShouldBeTrue();
        await surety.RequireAsync("verify", "--repo", repository);
    }
}
