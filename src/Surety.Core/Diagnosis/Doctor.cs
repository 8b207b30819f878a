using Surety.Core.Configuration;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Encryption;
using Surety.Repository.Objects.Compression;

namespace Surety.Core.Diagnosis;

/// <summary>
/// Looks at everything that a backup and its restore need, one by one, and says what is missing and what to do about it.
/// It changes nothing, neither in the repository nor in the database.
/// </summary>
public sealed class Doctor(ToolLocator tools, TimeProvider clock)
{
    /// <param name="load">Reads the settings.</param>
    /// <param name="find">How to reach the database that they mean.</param>
    /// <param name="keyOf">Where the key of the repository that they mean comes from.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public async Task<Diagnosis> RunAsync(
        Func<SuretySettings> load,
        Func<SuretySettings, ConnectionTarget> find,
        Func<RepositorySetting, IKeySource> keyOf,
        CancellationToken cancellationToken
    )
    {
        var findings = new Findings();
        var settings = await ReadAsync(load, findings);
        var target = settings is null ? null : await FindAsync(settings, find, findings);
        if (settings is not null)
        {
            await new RepositoryCheck(findings, clock).RunAsync(
                settings.FindRepository,
                keyOf,
                target?.Database,
                cancellationToken
            );
        }

        var inventory = await tools.InventoryAsync(cancellationToken);
        await ToolCheck.RunAsync(inventory, findings);
        CheckCompression(findings);
        var server = new ServerCheck(findings, inventory);
        if (target is not null)
        {
            await server.RunAsync(target, cancellationToken);
        }

        return new Diagnosis(findings.All, server.Incomplete);
    }

    private static async Task<SuretySettings?> ReadAsync(Func<SuretySettings> load, Findings findings)
    {
        SuretySettings? settings = null;
        await findings.TryAsync(
            "configuration",
            () =>
            {
                settings = load();
                findings.Ok("configuration", settings.FilePath ?? "no surety.yaml: command line and environment alone");
                return Task.CompletedTask;
            }
        );
        return settings;
    }

    private static async Task<ConnectionTarget?> FindAsync(
        SuretySettings settings,
        Func<SuretySettings, ConnectionTarget> find,
        Findings findings
    )
    {
        ConnectionTarget? target = null;
        await findings.TryAsync(
            "database",
            () =>
            {
                target = find(settings);
                return Task.CompletedTask;
            }
        );
        return target;
    }

    private static void CheckCompression(Findings findings)
    {
        if (AvailableCompression.HasZstd)
        {
            findings.Ok("compression", "zstd, by the system's libzstd");
        }
        else
        {
            findings.Warning(
                "compression",
                "libzstd is missing: new objects are compressed by zlib, slower, and those by zstd cannot be read",
                "install libzstd (Debian, Ubuntu: libzstd1; Fedora: libzstd)"
            );
        }
    }
}
