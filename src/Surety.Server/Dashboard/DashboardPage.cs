using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Surety.Core.Configuration.Serving;
using Surety.Server.Auth;

namespace Surety.Server.Dashboard;

/// <summary>What pages and their parts know of who looks at them. What somebody may not do is not offered; the server refuses it all the same.</summary>
public abstract class DashboardPage : ComponentBase
{
    [CascadingParameter]
    public required HttpContext Context { get; set; }

    /// <summary>Loads first and renders then, once: there is nobody to whom a page could be shown without its data.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await LoadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    /// <summary>Reads what is shown. What it throws becomes a page that says it.</summary>
    protected virtual Task LoadAsync() => Task.CompletedTask;

    protected ClaimsPrincipal User => Context.User;

    protected CancellationToken Gone => Context.RequestAborted;

    /// <summary>True where whoever looks may do on a database what takes a role.</summary>
    protected bool May(string? database, AccessRole role) => User.MayUse(database, role);

    protected bool Sees(string database) => May(database, AccessRole.Viewer);

    protected bool Operates(string? database) => May(database, AccessRole.Operator);

    protected bool Administers(string? database) => May(database, AccessRole.Admin);
}
