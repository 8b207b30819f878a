using Surety.Core.Configuration.Serving;

namespace Surety.Server;

/// <summary>Where the log goes: standard output, which systemd and containers keep.</summary>
internal static class Logging
{
    public static void Configure(ILoggingBuilder logging, LogForm form)
    {
        logging.ClearProviders();
        // Of the framework and of Quartz, what somebody should act on; runs and alerts tell the rest.
        logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            // That keys are not encrypted by another key is known: they lie where surety.yaml's secrets would (FolderKeyRing).
            .AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error)
            .AddFilter("Quartz", LogLevel.Warning);
        if (form == LogForm.Json)
        {
            logging.AddJsonConsole(options =>
            {
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                options.UseUtcTimestamp = true;
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "yyyy-MM-dd HH:mm:ss'Z' ";
                options.UseUtcTimestamp = true;
            });
        }
    }
}
