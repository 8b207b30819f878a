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
        var damaged = await FindDamageAsync(backup);

        stage.Say("\nThe damaged tables come back in place, in one transaction that is proven before it commits:");
        string[] named = [.. damaged.SelectMany(table => new[] { "--table", table })];
        await stage.SuretyAsync(ExitCodes.Done, ["restore", backup, .. named, "--replace", "--yes"]);
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

    /// <summary>Returns the tables that are not as the backup has them.</summary>
    private async Task<IReadOnlyList<string>> FindDamageAsync(string backup)
    {
        var found = await stage.SuretyAsync(ExitCodes.NotSound, "validate", backup);
        var damaged = found
            .GetProperty("tables")
            .EnumerateArray()
            .Where(table => table.GetProperty("status").GetString() != "exact")
            .Select(table => table.GetProperty("name").GetString()!)
            .ToList();
        string[] hit = ["public.customers", "public.order_items", "public.page_visits"];
        stage.Require(hit.SequenceEqual(damaged), "exactly the damage");
        return damaged;
    }

    private async Task ProveAsync(string backup, string database)
    {
        var proof = await stage.SuretyAsync(ExitCodes.Done, "validate", backup, "--db", database);
        stage.Require(proof.GetProperty("mismatched").GetInt32() == 0, "0 tables that differ");
        stage.Require(proof.GetProperty("exact").GetBoolean(), "an exact database");
    }
}
