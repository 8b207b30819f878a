namespace Surety.Server.Dashboard;

/// <summary>Dark or light, as somebody chose it; else as his system is.</summary>
internal static class Theme
{
    public const string Cookie = "surety-theme";
    public const string Light = "light";
    public const string Dark = "dark";
    private const string OfSystem = "auto";

    public static string Of(HttpContext context) =>
        context.Request.Cookies[Cookie] is Light or Dark ? context.Request.Cookies[Cookie]! : OfSystem;
}
