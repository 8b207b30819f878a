using System.Diagnostics;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Testing;
using Surety.Testing.S3;

namespace Surety.IntegrationTests.S3;

/// <summary>Backups of a real database into a bucket whose service, line or credentials fail.</summary>
public sealed class S3FaultBackupTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Rows = """
        CREATE TABLE small (id int PRIMARY KEY, name text);
        INSERT INTO small SELECT i, 'name ' || i FROM generate_series(1, 1000) i;
        CREATE TABLE large (id int PRIMARY KEY, filling text);
        INSERT INTO large SELECT i, md5(i::text) || md5((i + 1)::text) || md5((i + 2)::text)
        FROM generate_series(1, 60000) i;
        """;

    private S3Service service = null!;
    private BackupBucket bucket = null!;
    private ConnectionTarget database = null!;

    public async Task InitializeAsync()
    {
        service = await S3Service.StartAsync();
        bucket = await BackupBucket.InitAsync(service);
        database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Rows);
    }

    public async Task DisposeAsync()
    {
        bucket.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task A_backup_through_faults_is_whole_and_restores_or_there_is_none()
    {
        var chance = FullRun.Chance(nameof(S3FaultBackupTests));
        var reported = new List<BackupId>();
        for (var round = 1; round <= FullRun.Of(4, 60); round++)
        {
            await PostgresFixture.ExecuteAsync(
                database,
                "UPDATE large SET filling = md5(random()::text) WHERE id % 7 = 0"
            );
            service.Fault = Faults(chance, likelihood: chance.Next(3) * 0.35 + 0.1);
            var failure = await TryBackupAsync(reported);
            service.Fault = null;

            (await bucket.VerifyAsync()).Damaged.ShouldBeEmpty($"round {round}: {failure?.Message}");
            var there = (await bucket.ListAsync()).Select(manifest => manifest.Id).ToHashSet();
            reported.ShouldAllBe(id => there.Contains(id), $"round {round}");
            // The last answer of all can be lost for good: then there is a whole backup that nobody was told of.
            (there.Count - reported.Count).ShouldBeLessThanOrEqualTo(failure?.IsTransient == true ? round : 0);
        }

        reported.Add((await bucket.BackupAsync(database)).Id);
        service.Fault = Faults(chance, likelihood: 0.2);
        var restored = await postgres.NameDatabaseAsync();
        await RestorePatientlyAsync(reported[^1], restored);
        (await ContentAsync(restored)).ShouldBe(await ContentAsync(database));
    }

    /// <summary>As whoever is told to run it again, where what was in the way may pass by itself.</summary>
    private async Task RestorePatientlyAsync(BackupId id, ConnectionTarget target)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await bucket.RestoreAsync(id, target);
                return;
            }
            catch (SuretyException e) when (e.IsTransient && attempt < attempts)
            {
                // A target that was left there would keep the next attempt out.
            }
        }
    }

    [Fact]
    public async Task A_verification_in_parts_reads_each_object_of_a_bucket_once_and_keeps_what_it_read()
    {
        await bucket.BackupAsync(database);
        var all = (await bucket.VerifyAsync()).ObjectsChecked;

        var parts = new[] { await bucket.VerifyAsync("1/2"), await bucket.VerifyAsync("2/2") };

        parts.ShouldAllBe(part => part.Damaged.Count == 0 && part.IsProgressKept);
        parts.Sum(part => part.ObjectsChecked).ShouldBe(all);
        parts.ShouldAllBe(part => part.ObjectsChecked + part.Unread.Objects == all);
    }

    [Fact]
    public async Task Two_processes_back_up_into_one_bucket_at_once()
    {
        var other = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(other, Rows);
        using var first = bucket.Start(database, "backup");
        using var second = bucket.Start(other, "backup");

        var results = new[] { await first.EndAsync(), await second.EndAsync() };

        results.ShouldAllBe(result => result.ExitCode == 0, string.Join('\n', results.Select(r => r.Error)));
        (await bucket.ListAsync()).Count.ShouldBe(2);
        (await bucket.VerifyAsync()).Damaged.ShouldBeEmpty();
        (await bucket.UseAsync(r => r.Locks.ListAsync(CancellationToken.None))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_backup_leaves_whole_backups_only_and_the_next_one_goes_on()
    {
        var chance = FullRun.Chance(nameof(S3FaultBackupTests));
        var watch = Stopwatch.StartNew();
        (await bucket.RunAsync(database, "backup")).ExitCode.ShouldBe(0);
        var whole = watch.Elapsed;
        for (var kill = 1; kill <= FullRun.Of(3, 40); kill++)
        {
            await PostgresFixture.ExecuteAsync(database, "UPDATE large SET filling = md5(random()::text)");
            using (var running = bucket.Start(database, "backup"))
            {
                await Task.Delay(whole * chance.NextDouble());
                running.Kill();
                await running.EndAsync();
            }

            (await bucket.VerifyAsync()).Damaged.ShouldBeEmpty($"kill {kill}");
            await bucket.BackupAsync(database);
        }

        await bucket.TakeExclusivelyAsync();
    }

    [Fact]
    public async Task Credentials_that_may_not_delete_suffice_for_backups_and_leave_no_lock_that_keeps_anybody_out()
    {
        service.Fault = call =>
            call.Verb is S3Verb.Delete or S3Verb.AbandonUpload ? new S3Fault.Answer(403, "AccessDenied") : null;

        foreach (var command in new[] { "backup", "backup", "doctor" })
        {
            var result = await bucket.RunAsync(database, command);
            result.ExitCode.ShouldBe(0, result.Error + result.Output);
        }

        var locks = await bucket.UseAsync(r => r.Locks.ListAsync(CancellationToken.None));
        locks.ShouldNotBeEmpty();
        locks.ShouldAllBe(left => left.IsStale);
        service.Fault = null;
        await bucket.TakeExclusivelyAsync();
    }

    [Fact]
    public async Task A_bucket_that_may_not_be_written_is_found_by_doctor_and_fails_a_backup()
    {
        service.Fault = call =>
            call.Verb is S3Verb.Write or S3Verb.BeginUpload ? new S3Fault.Answer(403, "AccessDenied") : null;

        var doctor = await bucket.RunAsync(database, "doctor");
        var backup = await bucket.RunAsync(database, "backup");

        doctor.ExitCode.ShouldBe(3);
        doctor.Output.ShouldContain("may not be written with these credentials");
        backup.ExitCode.ShouldBe(1);
        backup.Output.ShouldContain("repository-access-denied");
    }

    private static Func<S3Call, S3Fault?> Faults(Random chance, double likelihood) =>
        _ =>
        {
            lock (chance)
            {
                return chance.NextDouble() < likelihood ? OneOf(chance) : null;
            }
        };

    private static S3Fault OneOf(Random chance)
    {
        var done = chance.Next(2) == 0;
        return chance.Next(20) switch
        {
            < 4 => new S3Fault.Answer(500, "InternalError", done),
            < 8 => new S3Fault.Answer(503, "SlowDown", done),
            < 12 => new S3Fault.Reset(done),
            < 15 => new S3Fault.TornUpload(),
            < 18 => new S3Fault.TornDownload(),
            < 19 => new S3Fault.StaleList(),
            _ => new S3Fault.Silence(done),
        };
    }

    private async Task<SuretyException?> TryBackupAsync(List<BackupId> reported)
    {
        try
        {
            reported.Add((await bucket.BackupAsync(database)).Id);
            return null;
        }
        catch (SuretyException e)
        {
            return e;
        }
    }

    private static Task<string> ContentAsync(ConnectionTarget target) =>
        PostgresFixture.ScalarAsync<string>(
            target,
            "SELECT md5(string_agg(id || filling, ',' ORDER BY id)) || (SELECT count(*) FROM small) FROM large"
        );
}
