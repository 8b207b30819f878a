using System.Text.Json;
using Surety.Core.Demo;

namespace Surety.Cli.Demo;

/// <summary>Backup, accident, and the way back: proven at each step.</summary>
internal sealed class DemoStory(DemoStage stage)
{
    public async Task TellAsync()
    {
        await stage.SuretyAsync(ExitCodes.Done, "init");
        await BackUpAsync("the first backup");

        stage.Say("\nOne visit later, most of the second backup is stored already:");
        await stage.SqlAsync(DemoShop.Visit);
        var backup = await BackUpAgainAsync();
        var verified = await stage.SuretyAsync(ExitCodes.Done, "verify", "--all");
        stage.Require(verified.GetProperty("backups").GetInt32() == 2, "that both backups are sound");

        stage.Say("\nA careless migration:");
        foreach (var statement in DemoShop.Accident)
        {
            await stage.SqlAsync(statement);
        }

        stage.Say("\nWhat did it do?");
        await FindDamageAsync(backup);

        stage.Say(
            "\nThe way back: only the rows that differ change, in one transaction that is proven before it commits:"
        );
        await RollBackAsync(backup);
        await ProveAsync(backup, "shop");

        stage.Say("\nAnd the whole backup, as a new database:");
        await stage.SuretyAsync(ExitCodes.Done, "restore", backup, "--into", "shop_copy");
        await ProveAsync(backup, "shop_copy");
    }

    private Task<JsonElement> BackUpAsync(string description) =>
        stage.SuretyAsync(ExitCodes.Done, "backup", "--description", description);

    /// <summary>Returns the backup's id.</summary>
    private async Task<string> BackUpAgainAsync()
    {
        var backup = await BackUpAsync("before the migration");
        var fresh = backup.GetProperty("newBytes").GetInt64();
        stage.Require(fresh < backup.GetProperty("storedBytes").GetInt64() / 2, "that less than half of it is new");
        return backup.GetProperty("id").GetString()!;
    }

    private async Task FindDamageAsync(string backup)
    {
        var found = await stage.SuretyAsync(ExitCodes.NotSound, "validate", backup);
        var damaged = found
            .GetProperty("tables")
            .EnumerateArray()
            .Where(table => table.GetProperty("status").GetString() != "exact")
            .Select(table => table.GetProperty("name").GetString()!);
        string[] hit = ["public.customers", "public.order_items", "public.page_visits"];
        stage.Require(hit.SequenceEqual(damaged), "exactly the damage");
    }

    private async Task RollBackAsync(string backup)
    {
        var report = await stage.SuretyAsync(ExitCodes.Done, "rollback", backup, "--yes");
        stage.Require(report.GetProperty("strategy").GetString() == "rewind", "that the rows alone were changed");
        stage.Require(
            report.GetProperty("safetyBackup").ValueKind == JsonValueKind.String,
            "that the state before is kept as a backup"
        );
    }

    private async Task ProveAsync(string backup, string database)
    {
        var proof = await stage.SuretyAsync(ExitCodes.Done, "validate", backup, "--db", database);
        stage.Require(proof.GetProperty("mismatched").GetInt32() == 0, "0 tables that differ");
        stage.Require(proof.GetProperty("exact").GetBoolean(), "an exact database");
    }
}
